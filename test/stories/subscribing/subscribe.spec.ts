import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, entriesOf, payAt, spendOf } from '../../support/shop/shop.js';
import { flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  featureOf,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();

it('subscribes on the payment page: credits and features are there', async () => {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId);
  expect(order).toMatchObject({ product: 'basic-monthly', credits: 20, amountMinor: 1500, status: 'fulfilled' });
  expect(order.paymentIntentId).toMatch(/^pi_/);
  expect(subscription).toMatchObject({
    plan: 'basic-monthly',
    status: 'active',
    accessState: 'granted',
    cancelAtPeriodEnd: false,
    graceUntil: null,
    features: ['history'],
    creditsPerMonth: 20,
  });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({
    active: true,
    source: { type: 'subscription' },
  });
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +20']);
});

it('renews by the clock: the month lapses, what was bought stays, the next month comes once it is paid', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await boughtPack(scrip, accountId);
  await spendOf(scrip, accountId, 5);
  await advanceTo(scrip, subscription.currentPeriodEnd);
  expect(await balanceOf(scrip, accountId)).toBe(27);
  await advance(scrip, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(32);
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +20', 'grant +12', 'spend -5', 'expiry -15', 'grant +20']);
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({
    status: 'active',
    currentPeriodStart: subscription.currentPeriodEnd,
  });
  const orders = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
  expect(orders.map((order: { product: string; credits: number }) => [order.product, order.credits])).toEqual([
    ['basic-monthly', 20],
    ['basic', 12],
    ['basic-monthly', 20],
  ]);
});

it('upgrades at once, for the credits that the rest of the period is worth, and downgrades with the next', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const lengthMs = Date.parse(subscription.currentPeriodEnd) - Date.parse(subscription.currentPeriodStart);
  // A little more than half of the period, so that nothing hangs on a second.
  await advance(scrip, { seconds: Math.floor(lengthMs / 2000) + 3_600 });
  const preview = await askSubscription(scrip, accountId, 'change/preview', { plan: 'pro-monthly' });
  expect(preview.body).toMatchObject({ effect: 'now', credits: 14, creditsPerMonth: 50, periodAmountMinor: 3000 });
  expect(preview.body.dueMinor).toBeGreaterThan(740);
  expect(preview.body.dueMinor).toBeLessThanOrEqual(750);

  const changed = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  expect(changed).toMatchObject({ status: 200, body: { plan: 'pro-monthly', features: ['history', 'priority'] } });
  expect(await balanceOf(scrip, accountId)).toBe(34);

  const down = await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
  expect(down.body).toMatchObject({ plan: 'pro-monthly', pendingPlan: 'basic-monthly' });
  expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({
    active: true,
    expiresAt: subscription.currentPeriodEnd,
  });
  const up = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  expect(up.body).toMatchObject({ plan: 'pro-monthly', pendingPlan: null });
  expect(await balanceOf(scrip, accountId)).toBe(34);
  await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });

  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toEqual({
    plan: 'basic-monthly',
    status: 'active',
    accessState: 'granted',
    balance: 20,
  });
  expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({ active: false });
});

it('cancels with the period: features close, credits lapse, and what was bought stays', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await boughtPack(scrip, accountId);
  const canceled = await askSubscription(scrip, accountId, 'cancel');
  expect(canceled.body).toMatchObject({ status: 'active', accessState: 'granted', cancelAtPeriodEnd: true });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({
    active: true,
    expiresAt: subscription.currentPeriodEnd,
  });
  const resumed = await askSubscription(scrip, accountId, 'resume');
  expect(resumed.body).toMatchObject({ cancelAtPeriodEnd: false });
  await askSubscription(scrip, accountId, 'cancel');
  await advanceTo(scrip, subscription.currentPeriodEnd);
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked', balance: 12 });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({
    active: false,
    upgradeUrl: expect.stringContaining('/plans?feature=history'),
  });
  expect((await askSubscription(scrip, accountId, 'cancel')).body).toMatchObject({
    type: '/problems/subscription-ended',
  });
});

it('refuses a second subscription, with a link to the portal', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  const answer = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'pro-monthly' });
  expect(answer).toMatchObject({
    status: 409,
    body: { type: '/problems/already-subscribed', plan: 'basic-monthly', subscriptionStatus: 'active' },
  });
  expect((await fetch(answer.body.portalUrl)).status).toBe(200);
});

it('leaves one page open on which a subscription can be begun', async () => {
  const accountId = await anAccount(scrip);
  const first = await aCheckout(scrip, accountId, 'basic-monthly');
  const second = await aCheckout(scrip, accountId, 'pro-monthly');
  expect((await payAt(first.url)).status).not.toBe(303);
  expect((await payAt(second.url)).status).toBe(303);
});

it('sells no second plan to who has paid in another tab, though nobody has heard of it yet', async () => {
  const accountId = await anAccount(scrip);
  await webhooks(scrip, 'hold');
  const { url } = await aCheckout(scrip, accountId, 'basic-monthly');
  expect((await payAt(url)).status).toBe(303);
  const second = { accountId, product: 'pro-monthly' };
  const ask = () => scrip.call('POST', '/v1/checkout-sessions', second, { idempotencyKey: `tab-${accountId}` });
  const refused = { type: '/problems/already-subscribed', plan: 'basic-monthly', subscriptionStatus: 'active' };
  expect((await ask()).body).toMatchObject({ ...refused, portalUrl: expect.stringContaining('http') });
  expect((await ask()).body).toMatchObject(refused);
  await flush(scrip, 'shuffled', 2);
  await webhooks(scrip, 'deliver');
  await inboxIsDrained(scrip);
  const { data: pages } = await stripeOf(scrip).checkout.sessions.list({ limit: 3 });
  expect(pages.map(({ status }) => status)).toEqual(['expired', 'expired', 'complete']);
  const { data } = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body;
  expect(data.map(({ product, status }: Record<string, string>) => [product, status])).toEqual([
    ['pro-monthly', 'canceled'],
    ['pro-monthly', 'canceled'],
    ['basic-monthly', 'fulfilled'],
  ]);
  expect(await balanceOf(scrip, accountId)).toBe(20);
});
