import type Stripe from 'stripe';
import { cards, useSandbox } from '../support/given.js';
import { advanceTo, draftSeconds, eventsAbout, givenPlan, givenSubscriber, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
});

/** A subscription whose renewal was declined, with the invoice that is open. */
async function givenPastDue(): Promise<{ subscription: Stripe.Subscription; invoice: Stripe.Invoice }> {
  const { subscription } = await givenSubscriber(stripe, basic);
  const customer = String(subscription.customer);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
  const after = await stripe.subscriptions.retrieve(subscription.id, {
    expand: ['latest_invoice.confirmation_secret'],
  });
  return { subscription: after, invoice: after.latest_invoice as Stripe.Invoice };
}

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

const typed = (cardNumber: string) => ({ cardNumber, expiry: '12/34', cvc: '123' });

const statusOf = async (id: string) => (await stripe.subscriptions.retrieve(id)).status;

it('an open invoice has a page on which its customer pays it with another card, which is kept', async () => {
  const { subscription, invoice } = await givenPastDue();
  expect(subscription.status).toBe('past_due');
  const url = String(invoice.hosted_invoice_url);
  const page = await (await fetch(url)).text();
  expect(page).toContain('1 × Basic (at $15.00 / month)');
  expect((await post(url, { ...typed(cards.good), cvc: '' })).status).toBe(402);
  const declined = await post(url, typed(cards.declined));
  expect(declined.status).toBe(402);
  expect(await declined.text()).toContain('Your card was declined.');
  expect(await statusOf(subscription.id)).toBe('past_due');

  expect((await post(url, typed(cards.good))).status).toBe(303);
  expect(await (await fetch(url)).text()).toContain('This invoice is paid');
  const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] });
  expect(after).toMatchObject({
    status: 'active',
    default_payment_method: { card: { last4: '4242' }, customer: subscription.customer },
  });
  expect((await post(url, typed(cards.good))).status).toBe(200);
  expect((await stripe.invoicePayments.list({ invoice: invoice.id })).data).toMatchObject([{ status: 'paid' }]);
});

it('a card that was kept can be chosen, and the bank may ask before', async () => {
  const { subscription, invoice } = await givenPastDue();
  const url = String(invoice.hosted_invoice_url);
  const asked = await post(url, typed(cards.challenged));
  const failed = await post(String(asked.headers.get('location')), { outcome: 'fail' });
  expect(String(failed.headers.get('location'))).toContain(url);
  expect(await (await fetch(String(failed.headers.get('location')))).text()).toContain('unable to authenticate');
  expect(await statusOf(subscription.id)).toBe('past_due');

  const customer = String(subscription.customer);
  const kept = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  expect((await post(url, { paymentMethod: kept.id })).status).toBe(303);
  expect(await statusOf(subscription.id)).toBe('active');
});

it('the form of an app pays it with the secret of its intent', async () => {
  const { subscription, invoice } = await givenPastDue();
  const secret = String(invoice.confirmation_secret?.client_secret);
  const paid = await post(
    `${given.sandbox.url}/elements/${secret}?return_url=https://shop.test/back`,
    typed(cards.good),
  );
  expect(paid.headers.get('location')).toContain('redirect_status=succeeded');
  expect(await statusOf(subscription.id)).toBe('active');
});

it('so does a confirmation of the intent, which cannot be cancelled by itself', async () => {
  const { subscription, invoice } = await givenPastDue();
  const [payment] = (await stripe.invoicePayments.list({ invoice: invoice.id, status: 'open' })).data;
  const intentId = String(payment?.payment.payment_intent);
  await expect(stripe.paymentIntents.cancel(intentId)).rejects.toThrow('Void the invoice');
  await expect(stripe.paymentIntents.update(intentId, { amount: 1 })).rejects.toThrow('for an invoice');
  const declined = stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa_chargeDeclined' });
  await expect(declined).rejects.toMatchObject({ code: 'card_declined', statusCode: 402 });
  const confirmed = await stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
  expect(confirmed.status).toBe('succeeded');
  expect(await statusOf(subscription.id)).toBe('active');
  expect((await eventsAbout(stripe, String(payment?.id))).at(-1)).toBe('invoice_payment.paid');
});

it('what was paid outside is noted without a payment', async () => {
  const { subscription, invoice } = await givenPastDue();
  const paid = await stripe.invoices.pay(invoice.id, { paid_out_of_band: true });
  expect(paid).toMatchObject({ amount_paid: 1500, amount_paid_off_stripe: 1500, status: 'paid' });
  expect(await statusOf(subscription.id)).toBe('active');
  expect((await stripe.invoicePayments.list({ invoice: invoice.id })).data).toMatchObject([{ status: 'canceled' }]);
});

it('the payment of a renewal is given back like any other', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id);
  const [payment] = (await stripe.invoicePayments.list({ invoice: String(latest_invoice) })).data;
  const intent = String(payment?.payment.payment_intent);
  const refund = await stripe.refunds.create({ payment_intent: intent, amount: 500 });
  expect(refund).toMatchObject({ amount: 500, payment_intent: intent, status: 'succeeded' });
  expect(await statusOf(subscription.id)).toBe('active');
});

it('an invoice that is paid twice at once is charged once', async () => {
  const { invoice } = await givenPastDue();
  const url = String(invoice.hosted_invoice_url);
  await Promise.all([post(url, typed(cards.good)), post(url, typed(cards.good)), post(url, typed(cards.good))]);
  const [payment] = (await stripe.invoicePayments.list({ invoice: invoice.id })).data;
  const intent = String(payment?.payment.payment_intent);
  const charges = await stripe.charges.list({ payment_intent: intent });
  expect(charges.data.filter(({ paid }) => paid)).toHaveLength(1);
});
