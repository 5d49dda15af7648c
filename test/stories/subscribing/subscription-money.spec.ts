import { useScrip } from '../../support/service/scrip.js';
import { answerBank, leadsTo, typeCode } from '../../support/shop/pay-page.js';
import { anAccount, balanceOf, orderReaches, payAt, refundOf, spendOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  eventsOf,
  featureOf,
  openInvoiceOf,
  ordersOf,
  payWith,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();

const grantsOf = async (accountId: string) =>
  scrip.sql<{ source_type: string; source_id: string; amount: string }>(
    'select source_type, source_id, amount from grants where account_id = $1 order by ordinal',
    [accountId],
  );

it('a code that takes the whole price off gives the month, keyed on its invoice; the next one is paid', async () => {
  const stripe = stripeOf(scrip);
  const { id: coupon } = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
  await stripe.promotionCodes.create({ code: 'MONTHFREE', promotion: { type: 'coupon', coupon } });
  const accountId = await anAccount(scrip);
  const body = { accountId, product: 'basic-monthly', promotionCodes: true };
  const { body: checkout } = await scrip.call('POST', '/v1/checkout-sessions', body);
  await typeCode(checkout.url, 'MONTHFREE');
  expect((await payAt(checkout.url)).status).toBe(303);
  const order = await orderReaches(scrip, checkout.orderId, 'fulfilled');
  expect(order).toMatchObject({ credits: 20, amountMinor: 0, paymentIntentId: null });
  const { id, currentPeriodEnd } = await subscriptionOf(scrip, accountId);
  const [invoice] = (await stripe.invoices.list({ subscription: id })).data;
  expect(await grantsOf(accountId)).toEqual([{ source_type: 'invoice', source_id: invoice?.id, amount: '20' }]);
  expect((await refundOf(scrip, { orderId: order.id })).status).toBe(409);

  await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
  const [renewal] = await ordersOf(scrip, accountId);
  expect(renewal).toMatchObject({ credits: 20, amountMinor: 1500, paymentIntentId: expect.stringMatching(/^pi_/) });
  expect((await grantsOf(accountId))[1]).toMatchObject({
    source_type: 'payment_intent',
    source_id: renewal.paymentIntentId,
  });
});

it('a renewal that the bank asks about waits in grace, and is granted when the customer confirms it', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_authenticationRequired');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'past_due', accessState: 'grace', balance: 0 });
  expect(await eventsOf(scrip, accountId)).toEqual(expect.arrayContaining(['payment.action_required']));
  const asked = await payAt(await openInvoiceOf(scrip, accountId), '4000002760003184');
  await answerBank(leadsTo(asked), 'complete');
  await advance(scrip, { seconds: 1 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 20 });
});

it('an upgrade that the bank asks about is refused by call, and nothing is charged', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_authenticationRequired');
  const answer = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  expect(answer).toMatchObject({ status: 402, body: { type: '/problems/payment-declined' } });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'basic-monthly', status: 'active', balance: 20 });
  expect(await ordersOf(scrip, accountId)).toHaveLength(1);
});

it('a renewal that was paid outside of Stripe gives its month, keyed on its invoice', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  const [open] = (await stripe.invoices.list({ subscription: subscription.id, status: 'open' })).data;
  await stripe.invoices.pay(String(open?.id), { paid_out_of_band: true });
  await advance(scrip, { seconds: 1 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 20 });
  expect((await grantsOf(accountId)).at(-1)).toEqual({ source_type: 'invoice', source_id: open?.id, amount: '20' });
  expect((await ordersOf(scrip, accountId))[0]).toMatchObject({ status: 'fulfilled', paymentIntentId: null });
});

it('a disputed renewal takes its own month back, and that one only', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_createDispute');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  const [renewal, first] = await ordersOf(scrip, accountId);
  expect([renewal.status, first.status]).toEqual(['disputed', 'fulfilled']);
  expect(await balanceOf(scrip, accountId)).toBe(0);
  const disputes = (await scrip.call('GET', '/v1/disputes')).body.data;
  const dispute = disputes.find(({ orderId }: { orderId: string }) => orderId === renewal.id);
  await scrip.sandbox(`/_sandbox/disputes/${dispute.stripeDisputeId}/close`, { outcome: 'lost' });
  await advance(scrip, { seconds: 1 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 0 });
  expect((await ordersOf(scrip, accountId))[0]).toMatchObject({ status: 'disputed', reversedCredits: 20 });
});

it('a refunded upgrade takes the credits of the upgrade back, and none that the month itself gave', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  const [upgrade] = await ordersOf(scrip, accountId);
  const given = upgrade.credits;
  expect(given).toBeGreaterThanOrEqual(29);
  await spendOf(scrip, accountId, 5);
  await refundOf(scrip, { orderId: upgrade.id });
  expect(await balanceOf(scrip, accountId)).toBe(15);

  // Asking for less and for more again charges nothing, so it gives nothing.
  await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  expect(await balanceOf(scrip, accountId)).toBe(15);
  expect(await ordersOf(scrip, accountId)).toHaveLength(2);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', balance: 50 });
});

it('an invoice that two payments have paid gives back for either of them', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId);
  const { customer } = await stripe.subscriptions.retrieve(subscription.id);
  // The sandbox pays an invoice with one payment; this is what `invoice_payment.paid` of another one would have left.
  const second = await stripe.paymentIntents.create({
    amount: 500,
    currency: 'usd',
    customer: String(customer),
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await scrip.sql(
    `insert into invoice_payments (stripe_payment_intent_id, stripe_invoice_id, order_id, recorded_at)
     select $2, stripe_invoice_id, order_id, recorded_at from invoice_payments where order_id = $1`,
    [order.id, second.id],
  );
  await stripe.refunds.create({ payment_intent: second.id });
  await advance(scrip, { seconds: 1 });
  const orderNow = async () => (await ordersOf(scrip, accountId))[0];
  expect(await orderNow()).toMatchObject({ status: 'partially_refunded', refundedMinor: 500, reversedCredits: 7 });
  expect(await balanceOf(scrip, accountId)).toBe(13);
  await stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: 1000 });
  await advance(scrip, { seconds: 1 });
  expect(await orderNow()).toMatchObject({ status: 'refunded', refundedMinor: 1500, reversedCredits: 20 });
  expect(await balanceOf(scrip, accountId)).toBe(0);
});

it('two upgrades in a month give together what the last one would have given alone', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  const balance = await balanceOf(scrip, accountId);
  expect(balance).toBeGreaterThanOrEqual(198);
  expect(balance).toBeLessThanOrEqual(200);
});

it('an upgrade in the hour before the renewal is paid gives together with it what the new plan gives', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 0.1 });
  expect(await ordersOf(scrip, accountId)).toHaveLength(1);
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await advance(scrip, { hours: 2 });
  const [renewal, upgrade] = await ordersOf(scrip, accountId);
  expect(renewal).toMatchObject({ product: 'basic-monthly', amountMinor: 1500, credits: 20 });
  expect(upgrade).toMatchObject({ product: 'pro-monthly', credits: 29 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', balance: 49 });
});

it('a subscription whose retries have failed and that stays unpaid comes back when it is paid', async () => {
  await scrip.sandbox('/_sandbox/billing', { afterRetries: 'unpaid' });
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 7 * 24 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'unpaid', accessState: 'revoked', balance: 0 });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: false });
  await payAt(await openInvoiceOf(scrip, accountId));
  await advance(scrip, { seconds: 1 });
  await scrip.sandbox('/_sandbox/billing', { afterRetries: 'cancel' });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 20 });
});
