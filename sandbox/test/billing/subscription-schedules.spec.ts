import type Stripe from 'stripe';
import { useSandbox } from '../support/given.js';
import { advanceTo, draftSeconds, givenPlan, givenSubscriber, itemOf, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;
let pro: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
  pro = await givenPlan(stripe, 'Pro', 3000);
});

/** A downgrade that waits in the second phase. */
const scheduled = async () => {
  const { subscription } = await givenSubscriber(stripe, pro);
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  const [current] = schedule.phases;
  const updated = await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [
      {
        items: [{ price: pro.id, quantity: 1 }],
        start_date: current?.start_date,
        end_date: current?.end_date,
      },
      { items: [{ price: basic.id, quantity: 1 }] },
    ],
  });
  return { subscription, schedule: updated };
};

it('lets a downgrade wait for the renewal, and then leaves the subscription to itself', async () => {
  const { subscription, schedule } = await scheduled();
  const { start, end } = periodOf(subscription);
  expect(schedule).toMatchObject({ status: 'active', current_phase: { start_date: start, end_date: end } });
  const now = await stripe.subscriptions.retrieve(subscription.id);
  expect(now).toMatchObject({ schedule: schedule.id, items: { data: [{ price: { id: pro.id } }] } });
  expect(now.latest_invoice).toBe(subscription.latest_invoice);
  const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
  expect(preview.amount_due).toBe(1500);

  await advanceTo(given, end + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(renewed).toMatchObject({
    items: { data: [{ id: itemOf(subscription), price: { id: basic.id } }] },
    latest_invoice: { amount_paid: 1500, billing_reason: 'subscription_cycle' },
  });
  await advanceTo(given, periodOf(renewed).end + 60);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    schedule: null,
    items: { data: [{ price: { id: basic.id } }] },
  });
  expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('released');
});

it('shows what its phases take over, and does not act as if they could be dropped', async () => {
  const { subscription } = await givenSubscriber(stripe, pro, { subscription_data: { trial_period_days: 7 } });
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
  const { discounts, trial_end } = await stripe.subscriptions.update(subscription.id, {
    discounts: [{ coupon: coupon.id }],
  });
  const { id, phases } = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  expect(phases).toMatchObject([{ discounts: [{ discount: discounts[0] }], trial_end }]);
  const kept = { discounts: [{ discount: String(discounts[0]) }] };
  const now = { items: [{ price: pro.id, quantity: 1 }] };
  const next = { items: [{ price: basic.id, quantity: 1 }] };
  const update = (first: object, second: object) =>
    stripe.subscriptionSchedules.update(id, {
      phases: [
        { ...now, ...first },
        { ...next, ...second },
      ],
    });
  const refused = (param: string) => ({ code: 'sandbox_unsupported', param });
  await expect(update(kept, kept)).rejects.toMatchObject(refused('phases[0][trial_end]'));
  const trial = { trial_end: Number(trial_end) };
  await expect(update(trial, kept)).rejects.toMatchObject(refused('phases[0][discounts]'));
  await expect(update({ ...kept, ...trial }, {})).rejects.toMatchObject(refused('phases[1][discounts]'));
  expect((await update({ ...kept, ...trial }, kept)).phases).toMatchObject([{ trial_end }, { trial_end: null }]);
});

it('refuses at once what could not begin when its time comes: several intervals, one price twice', async () => {
  const { subscription } = await givenSubscriber(stripe, pro);
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  const yearly = await stripe.prices.create({
    currency: 'usd',
    product: String(basic.product),
    unit_amount: 15_000,
    recurring: { interval: 'year' },
  });
  const refusalOf = (prices: Stripe.Price[]) =>
    stripe.subscriptionSchedules
      .update(schedule.id, {
        phases: [
          { items: [{ price: pro.id, quantity: 1 }], start_date: schedule.phases[0]?.start_date },
          { items: prices.map(({ id }) => ({ price: id, quantity: 1 })), duration: { interval: 'month' } },
        ],
      })
      .catch((error: Error) => error.message);
  expect(await refusalOf([basic, yearly])).toContain('several intervals');
  expect(await refusalOf([basic, basic])).toContain('multiple subscription items with the same plan');
  await stripe.subscriptions.cancel(subscription.id);
});

it('can be let go before, so that all stays as it is', async () => {
  const { subscription, schedule } = await scheduled();
  await expect(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).rejects.toThrow(
    'managed by the subscription schedule',
  );
  const released = await stripe.subscriptionSchedules.release(schedule.id);
  expect(released).toMatchObject({ status: 'released', released_subscription: subscription.id, subscription: null });
  await advanceTo(given, periodOf(subscription).end + 60);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    schedule: null,
    items: { data: [{ price: { id: pro.id } }] },
  });
});

it('ends with its subscription', async () => {
  const { subscription, schedule } = await scheduled();
  expect((await stripe.subscriptionSchedules.cancel(schedule.id)).status).toBe('canceled');
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
});
