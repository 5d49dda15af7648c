import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { cards, givenReceiver, givenSession, pay, useSandbox } from '../support/given.js';
import { daySeconds, eventsAbout, givenPlan, givenSubscriber, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
});

it('a recurring price is kept with its interval and shown as a plan by what is subscribed', async () => {
  const yearly = await givenPlan(stripe, 'Basic', 15_000, { recurring: { interval: 'year', interval_count: 2 } });
  expect(yearly).toMatchObject({ type: 'recurring', recurring: { interval: 'year', interval_count: 2 } });
  const { subscription } = await givenSubscriber(stripe, yearly);
  const { start, end } = periodOf(subscription);
  expect(new Date(end * 1000).getUTCFullYear() - new Date(start * 1000).getUTCFullYear()).toBe(2);
  expect(subscription.items.data[0]?.plan).toMatchObject({ id: yearly.id, interval: 'year', interval_count: 2 });
});

it('a subscription and its first invoice are there once it is paid, and not before', async () => {
  const session = await givenSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: basic.id, quantity: 1 }],
    customer_email: 'ann@example.com',
    metadata: { order: 'ord_1' },
    subscription_data: { metadata: { account: 'acc_1' } },
  });
  expect(session).toMatchObject({ invoice: null, mode: 'subscription', payment_status: 'unpaid', subscription: null });
  expect((await pay(session, { cardNumber: cards.declined })).status).toBe(402);
  expect((await stripe.subscriptions.list({ status: 'all', price: basic.id })).data).toEqual([]);

  expect((await pay(session)).status).toBe(303);
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription', 'invoice'] });
  const subscription = paid.subscription as Stripe.Subscription;
  const invoice = paid.invoice as Stripe.Invoice;
  expect(paid).toMatchObject({ payment_intent: null, payment_status: 'paid', status: 'complete' });
  expect(subscription).toMatchObject({
    status: 'active',
    customer: paid.customer,
    latest_invoice: invoice.id,
    metadata: { account: 'acc_1' },
    cancel_at_period_end: false,
  });
  expect(subscription.items.data).toMatchObject([{ price: { id: basic.id }, quantity: 1 }]);
  expect(invoice).toMatchObject({
    status: 'paid',
    billing_reason: 'subscription_create',
    amount_due: 1500,
    amount_paid: 1500,
    amount_remaining: 0,
    parent: { subscription_details: { subscription: subscription.id, metadata: { account: 'acc_1' } } },
  });
  expect(invoice.lines.data).toMatchObject([
    {
      amount: 1500,
      description: '1 × Basic (at $15.00 / month)',
      parent: { subscription_item_details: { proration: false, subscription_item: subscription.items.data[0]?.id } },
      period: periodOf(subscription),
      pricing: { price_details: { price: basic.id } },
    },
  ]);
});

it('the card is kept with the customer and will be charged from now on', async () => {
  const { subscription, invoice } = await givenSubscriber(stripe, basic);
  const method = await stripe.paymentMethods.retrieve(String(subscription.default_payment_method));
  expect(method.customer).toBe(subscription.customer);
  const [payment] = invoice.payments?.data ?? [];
  const intent = await stripe.paymentIntents.retrieve(String(payment?.payment.payment_intent), {
    expand: ['latest_charge'],
  });
  expect(intent).toMatchObject({ amount: 1500, customer: subscription.customer, metadata: {}, status: 'succeeded' });
  expect((intent.latest_charge as Stripe.Charge).payment_method).toBe(method.id);
});

it('an invoice and its payment find each other, and payments are shown on request alone', async () => {
  const receiver = await givenReceiver(given.sandbox.webhookSecret);
  await given.sandbox.deliverTo(receiver.url);
  const { invoice } = await givenSubscriber(stripe, basic);
  const intentId = String(invoice.payments?.data[0]?.payment.payment_intent);
  const byIntent = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intentId } });
  expect(byIntent.data).toMatchObject([{ invoice: invoice.id, amount_paid: 1500, is_default: true, status: 'paid' }]);
  const byInvoice = await stripe.invoicePayments.list({ invoice: invoice.id });
  expect(byInvoice.data.map(({ id }) => id)).toEqual(byIntent.data.map(({ id }) => id));
  expect(await stripe.invoices.retrieve(invoice.id)).not.toHaveProperty('payments');
  const aboutInvoices = () => receiver.events.filter(({ type }) => type.startsWith('invoice'));
  const told = await eventually(
    async () => aboutInvoices(),
    (events) => events.length >= 5,
  );
  expect(told.map(({ type }) => type).sort()).toEqual([
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice_payment.paid',
  ]);
  for (const event of told) expect(event.data.object).not.toHaveProperty('payments');
  await receiver.close();
});

it('tells of everything that a first payment brings about', async () => {
  const { session, subscription, invoice } = await givenSubscriber(stripe, basic);
  const payment = invoice.payments?.data[0];
  expect(await eventsAbout(stripe, invoice.id)).toEqual([
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_succeeded',
  ]);
  expect(await eventsAbout(stripe, subscription.id)).toEqual(['customer.subscription.created']);
  expect(await eventsAbout(stripe, String(payment?.id))).toEqual(['invoice_payment.paid']);
  expect(await eventsAbout(stripe, String(payment?.payment.payment_intent))).toEqual([
    'payment_intent.created',
    'payment_intent.succeeded',
  ]);
  expect(await eventsAbout(stripe, session.id)).toEqual(['checkout.session.completed']);
});

it('a trial begins with a card that is saved and an invoice over nothing, which no intent pays', async () => {
  const { session, subscription, invoice } = await givenSubscriber(stripe, basic, {
    subscription_data: { trial_period_days: 14 },
  });
  expect(session).toMatchObject({ amount_total: 0, payment_status: 'no_payment_required', setup_intent: null });
  expect(subscription.status).toBe('trialing');
  expect(subscription.trial_end).toBe(subscription.created + 14 * daySeconds);
  expect(periodOf(subscription)).toEqual({ start: subscription.created, end: subscription.trial_end });
  expect(subscription.default_payment_method).toMatch(/^pm_/);
  expect(invoice).toMatchObject({ amount_due: 0, billing_reason: 'subscription_create', status: 'paid' });
  expect(invoice.lines.data).toMatchObject([{ amount: 0, description: 'Trial period for Basic' }]);
  expect(invoice.payments?.data).toEqual([]);
});

it('the bank may want to know about a card that is saved for the end of a trial', async () => {
  const session = await givenSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: basic.id, quantity: 1 }],
    subscription_data: { trial_period_days: 7 },
  });
  expect((await pay(session, { cardNumber: cards.declined })).status).toBe(402);
  const asked = await pay(session, { cardNumber: cards.challenged });
  const bank = String(asked.headers.get('location'));
  expect(bank).toContain('/3d-secure/seti_');
  const answer = await fetch(bank, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ outcome: 'complete' }),
  });
  expect(answer.headers.get('location')).toContain('https://shop.test/thanks');
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  expect(done.subscription).toMatchObject({ status: 'trialing' });
});

it('a payment that the bank asks about makes one subscription when it is confirmed', async () => {
  const session = await givenSession(stripe, { mode: 'subscription', line_items: [{ price: basic.id, quantity: 1 }] });
  const asked = await pay(session, { cardNumber: cards.challenged });
  expect((await stripe.checkout.sessions.retrieve(session.id)).subscription).toBeNull();
  const body = new URLSearchParams({ outcome: 'complete' });
  await fetch(String(asked.headers.get('location')), { method: 'POST', redirect: 'manual', body });
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
  expect(paid.invoice).toMatchObject({ status: 'paid', amount_paid: 1500 });
});

it('a code and tax are on the first invoice as they were on the page', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const customer = await stripe.customers.create({ address: { country: 'DE' } });
  const { session, subscription, invoice } = await givenSubscriber(stripe, basic, {
    automatic_tax: { enabled: true },
    customer: customer.id,
    discounts: [{ coupon: coupon.id }],
  });
  expect(session.amount_total).toBe(900);
  expect(invoice).toMatchObject({
    subtotal: 1500,
    total: 900,
    amount_paid: 900,
    total_discount_amounts: [{ amount: 750, discount: subscription.discounts[0] }],
    total_taxes: [{ amount: 150, taxable_amount: 750 }],
  });
});

it('a price in another currency is charged in that', async () => {
  const plan = await givenPlan(stripe, 'Basic', 1500, { currency_options: { eur: { unit_amount: 1400 } } });
  const { subscription, invoice } = await givenSubscriber(stripe, plan, { currency: 'eur' });
  expect(subscription.currency).toBe('eur');
  expect(invoice).toMatchObject({ currency: 'eur', amount_paid: 1400 });
});

it.each<[string, Stripe.Checkout.SessionCreateParams, string]>([
  ['a one-time price', { line_items: [{ price_data: oneTime(), quantity: 1 }] }, 'line_items[0]'],
  ['an intent of its own', { payment_intent_data: { description: 'x' } }, 'payment_intent_data'],
  ['a trial of no days', { subscription_data: { trial_period_days: 0 } }, 'subscription_data[trial_period_days]'],
])('refuses to sell a subscription with %s', async (_, params, param) => {
  const refused = givenSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: basic.id, quantity: 1 }],
    ...params,
  });
  await expect(refused).rejects.toMatchObject({ param, statusCode: 400 });
});

it('refuses a recurring price where something is paid once', async () => {
  await expect(givenSession(stripe, { line_items: [{ price: basic.id, quantity: 1 }] })).rejects.toThrow('recurring');
});

function oneTime() {
  return { currency: 'usd', unit_amount: 500, product_data: { name: 'Once' } };
}
