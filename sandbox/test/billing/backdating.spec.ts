import type Stripe from 'stripe';
import { useSandbox } from '../support/given.js';
import { advanceTo, daySeconds, draftSeconds, givenPlan, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;
let customer: string;
const secondsOf = (date: string) => Date.parse(date) / 1000;
const november15 = secondsOf('2026-11-15T00:00:00Z');

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 3000);
});
beforeEach(async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: november15 });
  const { id } = await stripe.customers.create({ test_clock: clock.id });
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: card.id } });
  customer = id;
});

async function begun(params: Partial<Stripe.SubscriptionCreateParams>) {
  const items = [{ price: basic.id }];
  const created = await stripe.subscriptions.create({ customer, items, expand: ['latest_invoice'], ...params });
  const invoice = created.latest_invoice as Stripe.Invoice;
  const lines = invoice.lines.data.map(({ amount, period, parent }) => [
    ...[period.start, period.end].map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 10)),
    amount,
    parent?.subscription_item_details?.proration,
  ]);
  return { created, invoice, lines };
}

it('what is backdated is charged for each period since, and goes on from now', async () => {
  const { created, invoice, lines } = await begun({ backdate_start_date: secondsOf('2026-09-30T00:00:00Z') });
  expect(lines).toEqual([
    ['2026-09-30', '2026-10-15', 1500, true],
    ['2026-10-15', '2026-11-15', 3000, false],
    ['2026-11-15', '2026-12-15', 3000, false],
  ]);
  expect(invoice).toMatchObject({ status: 'paid', amount_paid: 7500, billing_reason: 'subscription_create' });
  expect(created).toMatchObject({
    status: 'active',
    created: november15,
    start_date: secondsOf('2026-09-30T00:00:00Z'),
    billing_cycle_anchor: november15,
  });
  expect(periodOf(created)).toEqual({ start: november15, end: secondsOf('2026-12-15T00:00:00Z') });
});

it('with an anchor that is to come its periods are those of the anchor, and the next one begins with it', async () => {
  const anchor = secondsOf('2026-12-01T00:00:00Z');
  const { created, lines } = await begun({
    backdate_start_date: secondsOf('2026-10-01T00:00:00Z'),
    billing_cycle_anchor: anchor,
  });
  expect(lines).toEqual([
    ['2026-10-01', '2026-11-01', 3000, false],
    ['2026-11-01', '2026-12-01', 3000, false],
  ]);
  expect(periodOf(created)).toEqual({ start: secondsOf('2026-11-01T00:00:00Z'), end: anchor });
  const stub = await begun({ billing_cycle_anchor: secondsOf('2026-11-30T00:00:00Z') });
  // 15 days of the 31 from 30 October on.
  expect(stub.lines).toEqual([['2026-11-15', '2026-11-30', 1452, true]]);
});

it('without proration the time that is over is free', async () => {
  const start = secondsOf('2026-09-30T00:00:00Z');
  const { created, lines } = await begun({ backdate_start_date: start, proration_behavior: 'none' });
  expect(lines).toEqual([['2026-11-15', '2026-12-15', 3000, false]]);
  expect(created.start_date).toBe(start);
});

it('renews with the anchor', async () => {
  const { created: now } = await stripe.products.create({ name: 'Now' });
  const { id } = await stripe.customers.create();
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
  const anchor = now + 3 * daySeconds;
  const { created } = await begun({
    customer: id,
    default_payment_method: card.id,
    backdate_start_date: now - 40 * daySeconds,
    billing_cycle_anchor: anchor,
  });
  await advanceTo(given, anchor + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(created.id, { expand: ['latest_invoice'] });
  expect(periodOf(renewed).start).toBe(anchor);
  expect(renewed.latest_invoice).toMatchObject({ status: 'paid', amount_paid: 3000 });
});

it.each<[string, Partial<Stripe.SubscriptionCreateParams>, string]>([
  ['a start that is to come', { backdate_start_date: november15 + 1 }, 'backdate_start_date'],
  ['an anchor that is over', { billing_cycle_anchor: november15 - 1 }, 'billing_cycle_anchor'],
  ['an anchor after the next period', { billing_cycle_anchor: november15 + 40 * daySeconds }, 'billing_cycle_anchor'],
])('refuses %s', async (_, params, param) => {
  await expect(begun(params)).rejects.toMatchObject({ param, statusCode: 400 });
});
