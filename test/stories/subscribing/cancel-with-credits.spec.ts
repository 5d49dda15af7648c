import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, boughtPack, orderReaches, refundOf, spendOf } from '../../support/shop/shop.js';
import { inboxIsDrained, stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  payWith,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  await scrip.call('PUT', '/v1/products/rolling', {
    kind: 'plan',
    name: 'Rolling',
    credits: 20,
    prices: [{ currency: 'usd', amountMinor: 1500 }],
    interval: 'month',
    rollover: { capCredits: 8 },
  });
  await scrip.call('PUT', '/v1/products/of-a-year', {
    kind: 'plan',
    name: 'Of a year',
    credits: 20,
    prices: [{ currency: 'usd', amountMinor: 15_000 }],
    interval: 'year',
  });
});
afterEach(async () => {
  await inboxIsDrained(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function previewOf(accountId: string, body: object) {
  const answer = await askSubscription(scrip, accountId, 'cancel/preview', body);
  expect(answer.status).toBe(200);
  return answer.body;
}

async function refundPreviewOf(orderId: string) {
  return (await scrip.call('GET', `/v1/orders/${orderId}/refund-preview`)).body;
}

describe('canceling a subscription whose credits are unspent', () => {
  it('is said to take them before it does, and what of their money can go back first', async () => {
    const accountId = await anAccount(scrip);
    const { order, subscription } = await subscribed(scrip, accountId);
    await boughtPack(scrip, accountId, 'starter');
    await spendOf(scrip, accountId, 5);
    const lapsing = { lapsingCredits: 15, paidCredits: 15, rolledOverCredits: 0, currency: 'usd' };
    const refunds = [{ orderId: order.id, unusedCredits: 15, refundableMinor: 1125 }];
    expect(await previewOf(accountId, { now: true })).toMatchObject({ ...lapsing, refunds });
    expect(await previewOf(accountId, {})).toEqual({ ...lapsing, refunds, endsAt: subscription.currentPeriodEnd });
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ status: 'active', cancelAtPeriodEnd: false });

    const refund = await refundOf(scrip, { orderId: order.id, unusedOnly: true });
    expect(refund.body).toMatchObject({ amountMinor: 1125 });
    expect(await previewOf(accountId, { now: true })).toMatchObject({ lapsingCredits: 0, refunds: [] });
    const canceled = await askSubscription(scrip, accountId, 'cancel', { now: true });
    expect(canceled.body).toMatchObject({ status: 'canceled', lapsedCredits: 0 });
    expect(await balanceOf(scrip, accountId)).toBe(5);
    expect((await askSubscription(scrip, accountId, 'cancel/preview', { now: true })).body).toMatchObject({
      status: 409,
      type: '/problems/subscription-ended',
    });
  });

  it('is said to have taken them, in its answer and in what can still be refunded', async () => {
    const accountId = await anAccount(scrip);
    const { order } = await subscribed(scrip, accountId);
    const key = randomUUID();
    const canceled = await askSubscription(scrip, accountId, 'cancel', { now: true }, key);
    expect(canceled.body).toMatchObject({ status: 'canceled', lapsedCredits: 20 });
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true }, key)).body).toEqual(canceled.body);
    // Also for whoever asks again because the answer was lost, without a key.
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true })).body.lapsedCredits).toBe(20);
    expect(await refundPreviewOf(order.id)).toEqual({
      unusedCredits: 0,
      refundableMinor: 0,
      fullMinor: 1500,
      lapsedCredits: 20,
    });
    await refundOf(scrip, { orderId: order.id, amountMinor: 1500 });
    await orderReaches(scrip, order.id, 'refunded');
  });

  it('takes nothing while it only ends with its period, and not what jobs have put aside', async () => {
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId);
    const hold = { accountId, amount: 12 };
    expect((await scrip.call('POST', '/v1/holds', hold, { idempotencyKey: randomUUID() })).status).toBe(201);
    expect(await previewOf(accountId, { now: true })).toMatchObject({ lapsingCredits: 8 });
    expect(await previewOf(accountId, { now: false })).toMatchObject({ lapsingCredits: 20 });
    const atPeriodEnd = await askSubscription(scrip, accountId, 'cancel', {});
    expect(atPeriodEnd.body).toMatchObject({ cancelAtPeriodEnd: true, lapsedCredits: 0 });
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true })).body.lapsedCredits).toBe(8);
  });

  it('is said to have taken them also where another subscription goes on', async () => {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    const stripe = stripeOf(scrip);
    const { customer, items, default_payment_method: card } = await stripe.subscriptions.retrieve(subscription.id);
    const second = await stripe.subscriptions.create({
      customer: String(customer),
      items: [{ price: String(items.data[0]?.price.id) }],
      default_payment_method: String(card),
    });
    await eventually(
      () => balanceOf(scrip, accountId),
      (balance) => balance === 40,
    );
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ id: second.id });
    expect(await previewOf(accountId, { now: true })).toMatchObject({ lapsingCredits: 20 });
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true })).body.lapsedCredits).toBe(20);
  });

  it('is said to take, and to have taken, what lives on while a renewal is not paid', async () => {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ status: 'past_due' });
    expect(await previewOf(accountId, { now: true })).toMatchObject({ lapsingCredits: 20 });
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true })).body.lapsedCredits).toBe(20);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('names what had rolled over, and the orders that paid for it', async () => {
    const accountId = await anAccount(scrip);
    const { order, subscription } = await subscribed(scrip, accountId, 'rolling');
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
    expect(await balanceOf(scrip, accountId)).toBe(28);
    const preview = await previewOf(accountId, { now: true });
    expect(preview).toMatchObject({ lapsingCredits: 28, paidCredits: 28, rolledOverCredits: 8 });
    expect(preview.refunds).toEqual(
      expect.arrayContaining([
        { orderId: order.id, unusedCredits: 8, refundableMinor: 600 },
        expect.objectContaining({ unusedCredits: 20, refundableMinor: 1500 }),
      ]),
    );
    expect((await askSubscription(scrip, accountId, 'cancel', { now: true })).body.lapsedCredits).toBe(28);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });
});

describe('what is unused of a plan that is paid by the year', () => {
  it('is looked for in the months that were given so far, which all of the money stands for', async () => {
    const accountId = await anAccount(scrip);
    const { order } = await subscribed(scrip, accountId, 'of-a-year');
    const offered = async () => (await refundPreviewOf(order.id)).refundableMinor;
    expect(await offered()).toBe(15_000);
    await spendOf(scrip, accountId, 10);
    expect(await offered()).toBe(7_500);
    await spendOf(scrip, accountId, 10);
    expect(await offered()).toBe(0);
    await advance(scrip, { days: 63 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
    expect(await offered()).toBe(5_000);
    expect((await refundOf(scrip, { orderId: order.id })).body.amountMinor).toBe(15_000);
    // What was spent is owed, what had lapsed is not; the months to come are not given.
    for (const days of [0, 35]) {
      await advance(scrip, { days, seconds: 1 });
      expect(await balanceOf(scrip, accountId)).toBe(-20);
    }
  });
});
