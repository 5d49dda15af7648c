import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, boughtPack, refundOf, spendOf } from '../../support/shop/shop.js';
import { flush, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  eventsOf,
  featureOf,
  ordersOf,
  payWith,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

/** Weeks pass, and what was told is counted in the end. */
const scrip = useScrip({ EVENTS_KEEP_DAYS: '365' });

it('a renewal that fails is grace for three days, by the clock, then nothing; a payment brings it back', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await boughtPack(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  const { graceUntil, ...failing } = await subscriptionOf(scrip, accountId);
  expect(failing).toMatchObject({ status: 'past_due', accessState: 'grace' });
  expect(Date.parse(graceUntil) - Date.parse(subscription.currentPeriodEnd)).toBeGreaterThanOrEqual(3 * 86_400_000);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true, expiresAt: graceUntil });
  expect(await balanceOf(scrip, accountId)).toBe(32);
  await advance(scrip, { hours: 5 });
  expect(await balanceOf(scrip, accountId)).toBe(12);

  // Nothing but the service's own time passes: no event, no sweep.
  await advanceTo(scrip, graceUntil);
  await advance(scrip, { seconds: 1 });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ status: 'past_due', accessState: 'revoked' });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: false, expiresAt: graceUntil });

  await payWith(scrip, accountId, 'pm_card_visa');
  await advance(scrip, { days: 3 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 32 });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ graceUntil: null });
  const events = await eventsOf(scrip, accountId);
  expect(events).toEqual(expect.arrayContaining(['renewal.coming', 'credits.expiring', 'payment.failed']));
  // At the end of the period, a day and three days later; granted, grace, revoked, granted.
  expect(events.filter((type) => type === 'payment.failed')).toHaveLength(3);
  expect(events.filter((type) => type === 'subscription.access_changed')).toHaveLength(4);
});

it('a subscription whose retries have all failed ends, and leaves what was bought', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await boughtPack(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 7 * 24 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked', balance: 12 });
  await subscribed(scrip, accountId, 'pro-monthly');
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', status: 'active', balance: 62 });
});

it('an upgrade that is declined changes nothing, whatever was to come', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, 'pro-monthly');
  await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  const answer = await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  expect(answer).toMatchObject({ status: 402, body: { type: '/problems/payment-declined', plan: 'team-monthly' } });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({
    plan: 'pro-monthly',
    pendingPlan: 'basic-monthly',
    status: 'active',
  });
  expect(await balanceOf(scrip, accountId)).toBe(50);
});

it('a change with one key is charged and granted once', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await advance(scrip, { days: 3 });
  const ask = () => askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' }, 'once');
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await ask()).headers.get('idempotency-replayed')).toBe('true');
  const orders = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
  expect(orders).toHaveLength(2);
  expect((await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' }, 'once')).body.type).toBe(
    '/problems/idempotency-key-reused',
  );
});

it('a refunded payment takes its allowance back, and another one stays', async () => {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId);
  await spendOf(scrip, accountId, 8);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  // Of the first month eight were spent, and twelve have lapsed.
  await refundOf(scrip, { orderId: order.id });
  expect((await scrip.call('GET', `/v1/orders/${order.id}`)).body).toMatchObject({
    status: 'refunded',
    lapsedCredits: 12,
    reversedCredits: 8,
  });
  expect(await balanceOf(scrip, accountId)).toBe(12);
});

it('an invoice that was paid elsewhere gives its allowance, and no money back: no refund of it would end', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  const [invoice] = (await stripe.invoices.list({ subscription: subscription.id })).data;
  await stripe.invoices.pay(String(invoice?.id), { paid_out_of_band: true });
  await advance(scrip, { seconds: 1 });
  const [order] = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
  expect(order).toMatchObject({ status: 'fulfilled', credits: 20, amountMinor: 1500, paymentIntentId: null });
  for (const body of [{}, { amountMinor: 100 }, { unusedOnly: true }])
    expect((await refundOf(scrip, { orderId: order.id, ...body })).body.type).toBe('/problems/order-not-refundable');
  expect((await scrip.call('GET', `/v1/orders/${order.id}/refund-preview`)).status).toBe(409);
  expect(await scrip.sql('select id from refunds where order_id = $1', [order.id])).toEqual([]);
});

it('a refund made at Stripe before the payment was heard of is settled with it', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await webhooks(scrip, 'hold');
  // The service's time moves along: events that come from its future would be about months that have not begun.
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await ordersOf(scrip, accountId)).toHaveLength(1);
  const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, expand: ['data.payments'] })).data;
  const intent = invoice?.payments?.data[0]?.payment.payment_intent;
  await stripe.refunds.create({ payment_intent: String(intent) });
  await flush(scrip, 'reversed', 2);
  await webhooks(scrip, 'deliver');
  await advance(scrip, { seconds: 1 });
  expect(await balanceOf(scrip, accountId)).toBe(0);
  const [last] = await ordersOf(scrip, accountId);
  expect(last).toMatchObject({ status: 'refunded', paymentIntentId: intent });
  expect(Number(last.reversedCredits) + Number(last.lapsedCredits)).toBe(20);
});

it('a disputed payment takes its allowance back until it is won', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, 'basic-monthly', '4000000000000259', 'disputed');
  await advance(scrip, { seconds: 1 });
  const [dispute] = (await scrip.call('GET', '/v1/disputes')).body.data;
  expect(await balanceOf(scrip, accountId)).toBe(0);
  await scrip.sandbox(`/_sandbox/disputes/${dispute.stripeDisputeId ?? dispute.id}/close`, { outcome: 'won' });
  await advance(scrip, { seconds: 1 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
});
