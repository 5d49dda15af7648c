import { useScrip } from '../../support/service/scrip.js';
import { endAll } from '../../support/shop/dashboard.js';
import { includedOf, plansWithPages } from '../../support/shop/included.js';
import { aCheckout, anAccount, balanceOf, payAt, refundOf } from '../../support/shop/shop.js';
import { flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  ordersOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';
import { usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
let plans: Awaited<ReturnType<typeof plansWithPages>>;
beforeAll(async () => {
  plans = await plansWithPages(scrip);
});
afterEach(async () => {
  await endAll(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function subscriber(plan: 'small' | 'large' | 'yearly' = 'small') {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId, plans[plan]);
  await advance(scrip, { seconds: 1 });
  const usage = usageOf(scrip, accountId);
  const pages = (quantity: number) => usage.use({ meter: plans.meter, quantity });
  return { accountId, order, subscription, usage, pages };
}

it('a month includes pages: those cost nothing, the rest costs credits, and the next has them again', async () => {
  const { accountId, subscription, usage, pages } = await subscriber();
  expect(subscription.includedPerMonth).toEqual([{ meter: plans.meter, match: {}, quantity: '1000' }]);
  expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
  const body = { accountId, meter: plans.meter, quantity: 1_200 };
  expect((await scrip.call('POST', '/v1/quotes', body)).body).toMatchObject({
    ...{ amount: 200, affordable: true },
    lines: [{ includedQuantity: '1000', price: '200' }],
  });
  const first = await pages(900);
  expect(first).toMatchObject({ status: 201, body: { amount: 0, lines: [{ includedQuantity: '900', credits: 0 }] } });
  expect(await includedOf(scrip, accountId)).toEqual(['100 of 1000']);
  const second = await pages(300);
  expect(second.body).toMatchObject({ amount: 200, balance: 100, lines: [{ includedQuantity: '100', price: '200' }] });
  expect((await usage.receipt(second.body.id)).body.lines).toMatchObject(second.body.lines);
  // What was included counts in no tier.
  expect(await usage.counters()).toEqual([`${plans.meter} {}: 200`]);
  expect(await includedOf(scrip, accountId)).toEqual(['0 of 1000']);

  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
  expect((await pages(1_000)).body).toMatchObject({ amount: 0, balance: 300 });
  expect((await pages(1)).body).toMatchObject({ amount: 1, balance: 299 });
});

it('what was included comes back with a reversal, and after its month to nothing that can be used', async () => {
  const { accountId, subscription, usage, pages } = await subscriber();
  const [one, other] = [(await pages(700)).body.id, (await pages(400)).body.id];
  expect(await balanceOf(scrip, accountId)).toBe(200);
  await usage.undo(one, { lines: [0] });
  expect(await includedOf(scrip, accountId)).toEqual(['700 of 1000']);
  expect((await pages(700)).body.amount).toBe(0);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  expect((await pages(1_000)).body).toMatchObject({ amount: 0, balance: 300 });
  // It gives the hundred credits back, to a grant that has lapsed.
  expect((await usage.undo(other)).body.amount).toBe(100);
  expect(await includedOf(scrip, accountId)).toEqual(['0 of 1000']);
  expect((await pages(1)).body).toMatchObject({ amount: 1, balance: 299 });
});

it('a month that is paid late has what the one before had for six hours, and then nothing', async () => {
  const { accountId, subscription, pages } = await subscriber();
  await webhooks(scrip, 'hold');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 5 });
  expect((await pages(10)).body.amount).toBe(0);
  await advance(scrip, { hours: 2 });
  expect(await includedOf(scrip, accountId)).toEqual([]);
  await webhooks(scrip, 'deliver');
  await flush(scrip, 'shuffled', 2);
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
});

it('a yearly plan that gives no credits includes pages month by month', async () => {
  const { accountId, subscription, pages } = await subscriber('yearly');
  expect(await balanceOf(scrip, accountId)).toBe(0);
  expect((await pages(800)).body).toMatchObject({ amount: 0, balance: 0 });
  expect((await pages(300)).body).toMatchObject({ type: '/problems/insufficient-credits', requestedCredits: 100 });
  expect(await includedOf(scrip, accountId)).toEqual(['200 of 1000']);
  for (let month = 1; month < 4; month += 1) {
    await advance(scrip, { days: 31 });
    expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
    expect((await pages(1_000)).body.amount).toBe(0);
  }
  expect(subscription.creditsPerMonth).toBe(0);
});

it('an upgrade adds the difference for the rest of the month, and the next month includes all of it', async () => {
  const { accountId, subscription, pages } = await subscriber();
  await pages(900);
  const lengthMs = Date.parse(subscription.currentPeriodEnd) - Date.parse(subscription.currentPeriodStart);
  await advance(scrip, { seconds: Math.floor(lengthMs / 2_000) });
  const { body: preview } = await askSubscription(scrip, accountId, 'change/preview', { plan: plans.large });
  expect(preview).toMatchObject({
    ...{ effect: 'now', credits: 0 },
    currentIncludedPerMonth: [{ meter: plans.meter, match: {}, quantity: '1000' }],
    included: [{ meter: plans.meter, match: {} }],
    includedPerMonth: [{ meter: plans.meter, match: {}, quantity: '3000' }],
  });
  await askSubscription(scrip, accountId, 'change', { plan: plans.large });
  await advance(scrip, { seconds: 1 });
  const [base, added] = await includedOf(scrip, accountId);
  expect(base).toBe('100 of 1000');
  const more = Number(added?.split(' ')[0]);
  expect(more).toBeGreaterThanOrEqual(998);
  expect(more).toBeLessThanOrEqual(1_000);
  // What was told before, unless the share of a page has passed meanwhile.
  expect([more, more + 1].map(String)).toContain(preview.included[0].quantity);
  expect((await pages(1_000)).body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '1000' }] });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await includedOf(scrip, accountId)).toEqual(['3000 of 3000']);
});

it('a change that waits includes nothing now, and what the new plan includes from then on', async () => {
  const { accountId } = await subscriber('large');
  const of = (quantity: string) => [{ meter: plans.meter, match: {}, quantity }];
  const preview = async (plan: string) => (await askSubscription(scrip, accountId, 'change/preview', { plan })).body;
  expect(await preview(plans.small)).toMatchObject({
    ...{ effect: 'at_period_end', included: [] },
    ...{ currentIncludedPerMonth: of('3000'), includedPerMonth: of('1000') },
  });
  expect(await preview(plans.large)).toMatchObject({
    ...{ effect: 'none', included: [] },
    ...{ currentIncludedPerMonth: of('3000'), includedPerMonth: of('3000') },
  });
  expect(await preview('basic-monthly')).toMatchObject({ included: [], includedPerMonth: [] });
  expect(await preview(plans.yearly)).toMatchObject({ effect: 'now', includedPerMonth: of('1000') });
});

it('a refund of a part takes its share of what is unused, and one of the rest all of it', async () => {
  const { accountId, order, usage, pages } = await subscriber();
  const { id } = (await pages(600)).body;
  expect((await refundOf(scrip, { orderId: order.id, amountMinor: 250 })).status).toBe(201);
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['300 of 900']);
  expect((await pages(100)).body.amount).toBe(0);
  expect((await refundOf(scrip, { orderId: order.id, amountMinor: 750 })).status).toBe(201);
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['0 of 700']);
  // What comes back of a plan whose money is back includes nothing.
  await usage.undo(id);
  expect(await includedOf(scrip, accountId)).toEqual(['0 of 100']);
  expect((await pages(1)).status).toBe(402);
});

it('a refund that fails gives back what it had taken', async () => {
  const { accountId, order, pages } = await subscriber();
  await pages(500);
  await refundOf(scrip, { orderId: order.id, amountMinor: 1_000 });
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['0 of 500']);
  const [refund] = (await stripeOf(scrip).refunds.list({ payment_intent: order.paymentIntentId })).data;
  await scrip.sandbox(`/_sandbox/refunds/${refund?.id}/settle`, { outcome: 'failed' });
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['500 of 1000']);
});

it('a refund of a year takes its share of each month that comes', async () => {
  const { accountId, order } = await subscriber('yearly');
  await refundOf(scrip, { orderId: order.id, amountMinor: 6_000 });
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual(['500 of 500']);
  await advance(scrip, { days: 31 });
  expect(await includedOf(scrip, accountId)).toEqual(['500 of 500']);
});

it('the end of a subscription ends what it includes', async () => {
  const { accountId, pages } = await subscriber();
  await pages(1);
  await askSubscription(scrip, accountId, 'cancel', { now: true });
  await advance(scrip, { seconds: 1 });
  expect(await includedOf(scrip, accountId)).toEqual([]);
  expect((await pages(1)).status).toBe(402);
});

it('the same month, told again and in any order, includes once', async () => {
  const accountId = await anAccount(scrip);
  await webhooks(scrip, 'hold');
  const { url } = await aCheckout(scrip, accountId, plans.small);
  expect((await payAt(url)).status).toBe(303);
  await flush(scrip, 'shuffled', 3);
  await webhooks(scrip, 'deliver');
  await inboxIsDrained(scrip);
  const { currentPeriodEnd } = await subscriptionOf(scrip, accountId);
  expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
  await webhooks(scrip, 'hold');
  await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
  await flush(scrip, 'shuffled', 3);
  await webhooks(scrip, 'deliver');
  await inboxIsDrained(scrip);
  expect(await includedOf(scrip, accountId)).toEqual(['1000 of 1000']);
  expect(await ordersOf(scrip, accountId)).toHaveLength(2);
});
