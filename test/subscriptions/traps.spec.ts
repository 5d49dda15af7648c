import { useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, entriesOf, payAt, spendOf } from '../support/shop/shop.js';
import { deliver, eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  featureOf,
  subscribed,
  subscriptionOf,
} from '../support/shop/subscribe.js';

const scrip = useScrip();

it('bought credits do not vanish at the cycle reset (polar 10513)', async () => {
  const accountId = await anAccount(scrip);
  await boughtPack(scrip, accountId, 'pro');
  const { subscription } = await subscribed(scrip, accountId);
  await spendOf(scrip, accountId, 25);
  // The month's credits are used first: they are the ones that end.
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(25 + 20);
  await askSubscription(scrip, accountId, 'cancel', { now: true });
  expect(await balanceOf(scrip, accountId)).toBe(25);
});

it('editing a plan does not touch what was paid for, nor the terms of who has it (polar 11427)', async () => {
  const key = 'edited-monthly';
  const plan = { kind: 'plan', name: 'Edited', credits: 20, prices: [{ currency: 'usd', amountMinor: 1500 }] };
  await scrip.call('PUT', `/v1/products/${key}`, { ...plan, features: ['history'] });
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, key);
  await scrip.call('PUT', `/v1/products/${key}`, { ...plan, credits: 2, features: [] });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });

  const newcomer = await anAccount(scrip);
  await subscribed(scrip, newcomer, key);
  expect(await balanceOf(scrip, newcomer)).toBe(2);
});

it('who comes back to a plan gets what it offers then, for what it costs then', async () => {
  const key = 'returned-monthly';
  const plan = { kind: 'plan', name: 'Returned', credits: 20, prices: [{ currency: 'usd', amountMinor: 1500 }] };
  await scrip.call('PUT', `/v1/products/${key}`, plan);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, key);
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await scrip.call('PUT', `/v1/products/${key}`, {
    ...plan,
    credits: 2,
    prices: [{ currency: 'usd', amountMinor: 150 }],
  });
  await askSubscription(scrip, accountId, 'change', { plan: key });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  const [last] = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
  expect(last).toMatchObject({ product: key, amountMinor: 150, credits: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(2);
});

it('a downgrade and an upgrade do not grant a full month again (llmgateway PR 2479)', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, 'pro-monthly');
  for (let round = 0; round < 3; round += 1) {
    await advance(scrip, { days: 2 });
    await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
    await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  }
  expect(await balanceOf(scrip, accountId)).toBe(50);

  // The same at Stripe itself, at once and with money back.
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  const { items } = await stripe.subscriptions.retrieve(id);
  const price = async (plan: string) =>
    (await stripe.prices.list({ product: `scrip_${plan}`, active: true })).data[0]?.id;
  for (const plan of ['basic-monthly', 'pro-monthly', 'basic-monthly', 'pro-monthly']) {
    await advance(scrip, { days: 1 });
    await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id, price: await price(plan) }],
      proration_behavior: 'always_invoice',
    });
  }
  await advance(scrip, { seconds: 1 });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly' });
  expect(await balanceOf(scrip, accountId)).toBe(50);
});

it('an upgrade does not lose unused credits (shogo-ai 430)', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await spendOf(scrip, accountId, 3);
  await advance(scrip, { days: 10 });
  await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  const balance = await balanceOf(scrip, accountId);
  expect(balance).toBeGreaterThan(17 + 100);
  expect((await entriesOf(scrip, accountId)).filter((entry) => !entry.startsWith('grant'))).toEqual(['spend -3']);
});

it('the checkout and the invoice do not both grant (sokosumi PR 1846)', async () => {
  const accountId = await anAccount(scrip);
  await webhooks(scrip, 'hold');
  const { orderId, checkoutSessionId, url } = await aCheckout(scrip, accountId, 'basic-monthly');
  await payAt(url);
  await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', checkoutSessionId));
  await inboxIsDrained(scrip);
  expect(await balanceOf(scrip, accountId)).toBe(0);
  await flush(scrip, 'shuffled', 3);
  await webhooks(scrip, 'deliver');
  await inboxIsDrained(scrip);
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect((await scrip.call('GET', `/v1/orders/${orderId}`)).body).toMatchObject({ status: 'fulfilled', credits: 20 });
});

it.each(['created', 'reversed', 'shuffled'] as const)(
  'a subscription is the same when its events come %s, three times each',
  async (order) => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { url } = await aCheckout(scrip, accountId, 'basic-monthly');
    await payAt(url);
    await flush(scrip, order, 3);
    await inboxIsDrained(scrip);
    expect(await balanceOf(scrip, accountId)).toBe(20);
    expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });
    const { id } = await subscriptionOf(scrip, accountId);
    await stripeOf(scrip).subscriptions.update(id, { metadata: { note: 'changed' } });
    await stripeOf(scrip).subscriptions.cancel(id);
    await flush(scrip, order, 3);
    await webhooks(scrip, 'deliver');
    await inboxIsDrained(scrip);
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked' });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  },
);
