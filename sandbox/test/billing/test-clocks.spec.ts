import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { givenSession, pay, useSandbox } from '../support/given.js';
import { advance, daySeconds, draftSeconds, givenPlan, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
});

const newYear = Date.UTC(2030, 0, 1, 12) / 1000;

async function givenClocked() {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: newYear, name: 'A month later' });
  const customer = await stripe.customers.create({
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    payment_method: 'pm_card_visa',
    test_clock: clock.id,
  });
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
  return { clock, customer, subscription };
}

async function advanceClock(id: string, frozenTime: number): Promise<Stripe.TestHelpers.TestClock> {
  const advancing = await stripe.testHelpers.testClocks.advance(id, { frozen_time: frozenTime });
  expect(advancing).toMatchObject({
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: frozenTime } },
  });
  return eventually(
    () => stripe.testHelpers.testClocks.retrieve(id),
    ({ status }) => status === 'ready',
  );
}

it('what belongs to a test clock lives in its time alone', async () => {
  const { clock, customer, subscription } = await givenClocked();
  expect(customer).toMatchObject({ created: newYear, test_clock: clock.id });
  expect(subscription).toMatchObject({ created: newYear, status: 'active', test_clock: clock.id });
  expect(new Date(periodOf(subscription).end * 1000).toISOString()).toBe('2030-02-01T12:00:00.000Z');

  await advance(given, 60 * daySeconds);
  expect((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice).toBe(subscription.latest_invoice);

  const reached = await advanceClock(clock.id, periodOf(subscription).end + draftSeconds + 60);
  expect(reached.frozen_time).toBe(periodOf(subscription).end + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(renewed.latest_invoice).toMatchObject({
    amount_paid: 1500,
    billing_reason: 'subscription_cycle',
    created: periodOf(subscription).end,
    status: 'paid',
    status_transitions: { paid_at: periodOf(subscription).end + draftSeconds },
    test_clock: clock.id,
  });
  const { data } = await stripe.events.list({ types: ['test_helpers.test_clock.ready', 'invoice.paid'], limit: 2 });
  expect(data.map(({ type }) => type)).toEqual(['test_helpers.test_clock.ready', 'invoice.paid']);
});

it('everything in the span of an advance is done in order of time', async () => {
  const { clock, subscription } = await givenClocked();
  const { end } = periodOf(subscription);
  await advanceClock(clock.id, end + 20 * daySeconds);
  const { data } = await stripe.events.list({ limit: 100 });
  const types = data
    .filter((event) => JSON.stringify(event.data.object).includes(subscription.id))
    .map((event): string => event.type)
    .reverse();
  const renewal = types.slice(types.indexOf('invoice.upcoming'));
  expect(renewal.filter((type) => !type.startsWith('invoice_payment') && type !== 'invoice.payment_succeeded')).toEqual(
    ['invoice.upcoming', 'invoice.created', 'customer.subscription.updated', 'invoice.finalized', 'invoice.paid'],
  );
});

it('a checkout of a customer with a clock begins in its time', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: newYear });
  const customer = await stripe.customers.create({ test_clock: clock.id, email: 'ann@example.com' });
  const session = await givenSession(stripe, {
    customer: customer.id,
    mode: 'subscription',
    line_items: [{ price: basic.id, quantity: 1 }],
  });
  expect((await pay(session)).status).toBe(303);
  const [subscription] = (await stripe.subscriptions.list({ test_clock: clock.id })).data;
  expect(subscription).toMatchObject({ created: newYear, status: 'active' });
});

it('an advance goes forward, two periods at most, and one at a time', async () => {
  const { clock, subscription } = await givenClocked();
  const refused = (frozenTime: number) => stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: frozenTime });
  await expect(refused(newYear - 1)).rejects.toMatchObject({ param: 'frozen_time' });
  await expect(refused(newYear + 100 * daySeconds)).rejects.toThrow('two intervals');
  const [first, second] = await Promise.allSettled([
    stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: newYear + daySeconds }),
    stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: newYear + daySeconds }),
  ]);
  expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
  expect(subscription.status).toBe('active');
});

it('a clock that is deleted takes its customers along', async () => {
  const { clock, customer, subscription } = await givenClocked();
  expect(await stripe.testHelpers.testClocks.del(clock.id)).toMatchObject({ deleted: true });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  await expect(stripe.testHelpers.testClocks.retrieve(clock.id)).rejects.toMatchObject({ code: 'resource_missing' });
});
