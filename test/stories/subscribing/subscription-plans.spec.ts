import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, entriesOf, payAt, refundOf, spendOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  const prices = [
    { currency: 'usd', amountMinor: 1200 },
    { currency: 'eur', amountMinor: 1100 },
  ];
  const plan = { kind: 'plan', credits: 10, prices, features: ['history'] };
  const plans = {
    'tried-monthly': { ...plan, name: 'Tried', trialDays: 14, trialCredits: 3 },
    'rolling-monthly': { ...plan, name: 'Rolling', rollover: { capCredits: 4 } },
    yearly: { ...plan, name: 'Yearly', interval: 'year', prices: [{ currency: 'usd', amountMinor: 12_000 }] },
    'big-yearly': {
      ...plan,
      name: 'Big',
      credits: 30,
      interval: 'year',
      prices: [{ currency: 'usd', amountMinor: 36_000 }],
    },
  };
  for (const [key, body] of Object.entries(plans)) await scrip.call('PUT', `/v1/products/${key}`, body);
});

it('a trial gives what it gives, once per account, and the first payment gives the month', async () => {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId, 'tried-monthly');
  expect(order).toMatchObject({ status: 'fulfilled', amountMinor: 0, credits: 3, paymentIntentId: null });
  expect(subscription).toMatchObject({
    status: 'trialing',
    accessState: 'granted',
    trialEnd: subscription.currentPeriodEnd,
  });
  expect(await balanceOf(scrip, accountId)).toBe(3);
  await advanceTo(scrip, subscription.trialEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 10 });
  const events = await scrip.sql('select data from domain_events where account_id = $1 and type = $2', [
    accountId,
    'trial.ending',
  ]);
  expect(events).toHaveLength(1);

  await askSubscription(scrip, accountId, 'cancel', { now: true });
  const again = await subscribed(scrip, accountId, 'tried-monthly');
  expect(again.subscription).toMatchObject({ status: 'active', trialEnd: null });
  expect(await balanceOf(scrip, accountId)).toBe(10);
});

it('a change to a smaller plan in the trial leaves the trial and the discount as they are', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, 'tried-monthly');
  const { id: coupon } = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon }] });
  await scrip.call('PUT', '/v1/products/small-monthly', {
    kind: 'plan',
    name: 'Small',
    credits: 4,
    prices: [{ currency: 'usd', amountMinor: 600 }],
  });
  const changed = await askSubscription(scrip, accountId, 'change', { plan: 'small-monthly' });
  expect(changed.body).toMatchObject({ status: 'trialing', plan: 'tried-monthly', pendingPlan: 'small-monthly' });
  await askSubscription(scrip, accountId, 'change', { plan: 'small-monthly' });
  await advanceTo(scrip, subscription.trialEnd, { hours: 2 });
  const [order] = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
  expect(order).toMatchObject({ product: 'small-monthly', amountMinor: 300, credits: 4 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'small-monthly', status: 'active', balance: 4 });
});

it('what is left rolls over up to the cap, for a month', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, 'rolling-monthly');
  await spendOf(scrip, accountId, 3);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(14);
  expect((await entriesOf(scrip, accountId)).slice(2)).toEqual(['adjustment -4', 'grant +4', 'expiry -3', 'grant +10']);
  // What rolled over is used first, and is not rolled over again.
  await spendOf(scrip, accountId, 2);
  const { currentPeriodEnd } = await subscriptionOf(scrip, accountId);
  await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(14);
});

it('a yearly plan is paid once and gives month by month', async () => {
  const accountId = await anAccount(scrip);
  const { order } = await subscribed(scrip, accountId, 'yearly');
  expect(order).toMatchObject({ amountMinor: 12_000, credits: 10 });
  await spendOf(scrip, accountId, 4);
  const orderNow = async () => (await scrip.call('GET', `/v1/orders/${order.id}`)).body;
  await advance(scrip, { days: 32 });
  expect(await balanceOf(scrip, accountId)).toBe(10);
  expect(await orderNow()).toMatchObject({ credits: 20, status: 'fulfilled' });

  // Half of the money goes back: half of what was given, and half of what is still to come.
  await refundOf(scrip, { orderId: order.id, amountMinor: 6_000 });
  expect(await orderNow()).toMatchObject({ status: 'partially_refunded', lapsedCredits: 6, reversedCredits: 4 });
  expect(await balanceOf(scrip, accountId)).toBe(6);
  await advance(scrip, { days: 30 });
  expect(await orderNow()).toMatchObject({ credits: 30 });
  const { lapsedCredits, reversedCredits, shortfallCredits } = await orderNow();
  expect(lapsedCredits + reversedCredits + shortfallCredits).toBe(15);

  await refundOf(scrip, { orderId: order.id });
  const before = await balanceOf(scrip, accountId);
  await advance(scrip, { days: 60 });
  expect(await orderNow()).toMatchObject({ credits: 30, status: 'refunded' });
  expect(await balanceOf(scrip, accountId)).toBeLessThanOrEqual(before);
});

it('a year whose refund fails in the end gives its months again', async () => {
  const accountId = await anAccount(scrip);
  const { order } = await subscribed(scrip, accountId, 'yearly');
  const orderNow = async () => (await scrip.call('GET', `/v1/orders/${order.id}`)).body;
  const { body: refund } = await refundOf(scrip, { orderId: order.id });
  await advance(scrip, { days: 63 });
  expect(await orderNow()).toMatchObject({ status: 'refunded', credits: 10 });
  expect(await balanceOf(scrip, accountId)).toBe(0);
  const [stored] = await scrip.sql('select stripe_refund_id as id from refunds where id = $1', [refund.id]);
  await scrip.sandbox(`/_sandbox/refunds/${stored?.id}/settle`, { outcome: 'failed' });
  await advance(scrip, { seconds: 1 });
  expect(await orderNow()).toMatchObject({ status: 'fulfilled', refundedMinor: 0, credits: 30, reversedCredits: 0 });
  await advance(scrip, { days: 31 });
  expect(await orderNow()).toMatchObject({ credits: 40 });
  // The months that have passed meanwhile are over when they come, and said to be.
  const passed = ['grant +10', 'refund_reversal -10', 'reinstatement +10', 'expiry -10', 'grant +10', 'expiry -10'];
  expect(await entriesOf(scrip, accountId)).toEqual([...passed, 'grant +10', 'expiry -10', 'grant +10']);
});

it('an upgraded year gives the difference for the rest of the month and in every month to come', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, 'yearly');
  await advance(scrip, { days: 10 });
  await askSubscription(scrip, accountId, 'change', { plan: 'big-yearly' });
  const first = await balanceOf(scrip, accountId);
  expect(first).toBeGreaterThan(20);
  expect(first).toBeLessThan(25);
  await advance(scrip, { days: 25 });
  expect(await balanceOf(scrip, accountId)).toBe(30);
  await askSubscription(scrip, accountId, 'cancel', { now: true });
  await advance(scrip, { days: 40 });
  expect(await balanceOf(scrip, accountId)).toBe(0);
});

it('sells in the currency that is asked for, and changes within it', async () => {
  const accountId = await anAccount(scrip);
  const body = { accountId, product: 'rolling-monthly', currency: 'eur' };
  const { body: checkout } = await scrip.call('POST', '/v1/checkout-sessions', body);
  expect((await payAt(checkout.url)).status).toBe(303);
  await advance(scrip, { seconds: 1 });
  expect((await scrip.call('GET', `/v1/orders/${checkout.orderId}`)).body).toMatchObject({
    amountMinor: 1100,
    currency: 'eur',
  });
  expect((await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' })).body).toMatchObject({
    type: '/problems/currency-not-offered',
    currency: 'eur',
  });
});

it('a pause closes, and going on opens', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const pause = async () => {
    await stripeOf(scrip).subscriptions.pause(subscription.id, {
      type: 'subscription',
      bill_for: { unused_time_from: { type: 'none' } },
    });
    await advance(scrip, { seconds: 1 });
  };
  await pause();
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'paused', accessState: 'revoked' });
  expect((await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' })).body.type).toBe(
    '/problems/subscription-not-changeable',
  );
  const resumed = await askSubscription(scrip, accountId, 'resume');
  expect(resumed.body).toMatchObject({
    status: 'active',
    accessState: 'granted',
    currentPeriodEnd: subscription.currentPeriodEnd,
  });
  expect(await balanceOf(scrip, accountId)).toBe(20);

  await pause();
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 240 });
  expect(await balanceOf(scrip, accountId)).toBe(0);
  await askSubscription(scrip, accountId, 'resume');
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 20 });
});

it('says who has no subscription, and what cannot be changed to', async () => {
  const accountId = await anAccount(scrip);
  expect((await subscriptionOf(scrip, accountId)).type).toBe('/problems/subscription-not-found');
  expect((await subscriptionOf(scrip, 'nobody')).type).toBe('/problems/account-not-found');
  const none = await askSubscription(scrip, accountId, 'cancel');
  expect(none).toMatchObject({ status: 404, body: { type: '/problems/subscription-not-found' } });
  await subscribed(scrip, accountId);
  const typeOf = async (plan: unknown) => (await askSubscription(scrip, accountId, 'change', { plan })).body.type;
  expect(await typeOf('nothing')).toBe('/problems/product-not-found');
  expect(await typeOf('basic')).toBe('/problems/product-not-for-sale');
  expect(await typeOf(7)).toBe('/problems/validation-failed');
  await askSubscription(scrip, accountId, 'cancel');
  expect(await typeOf('basic-monthly')).toBeUndefined();
  const link = await scrip.call('POST', '/v1/payment-links', { accountId, product: 'pro-monthly' });
  expect(link.body.type).toBe('/problems/product-not-for-sale');
  const two = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'pro-monthly', quantity: 2 });
  expect(two.body.errors).toEqual([{ pointer: '/quantity', detail: 'must be 1 for a plan' }]);
  expect(await aCheckout(scrip, await anAccount(scrip), 'pro-monthly')).toHaveProperty('url');
});
