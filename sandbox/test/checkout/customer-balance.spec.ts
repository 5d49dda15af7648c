import type Stripe from 'stripe';
import { cards, givenSession, pay, useSandbox } from '../support/given.js';
import { givenPlan, givenSubscriber, halfWay, itemOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;
let small: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
  small = await givenPlan(stripe, 'Small', 500);
});

/** A customer whose last plan has left a credit of 7.50. */
async function givenCredit(): Promise<string> {
  const pro = await givenPlan(stripe, 'Pro', 3000);
  const { subscription } = await givenSubscriber(stripe, pro);
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: itemOf(subscription), price: basic.id }],
    proration_behavior: 'always_invoice',
    proration_date: halfWay(subscription),
  });
  await stripe.subscriptions.cancel(subscription.id);
  const customerId = String(subscription.customer);
  expect(await balanceOf(customerId)).toBe(-750);
  return customerId;
}

/** A customer who owes 30 cents, which were too little to be charged. */
async function givenDebt(): Promise<string> {
  const tiny = await givenPlan(stripe, 'Tiny', 30);
  const { id } = await stripe.customers.create({ email: 'ann@example.com' });
  await stripe.subscriptions.create({ customer: id, items: [{ price: tiny.id }] });
  expect(await balanceOf(id)).toBe(30);
  return id;
}

const balanceOf = async (id: string) => ((await stripe.customers.retrieve(id)) as Stripe.Customer).balance;

const selling = (price: Stripe.Price, customer: string, params: Stripe.Checkout.SessionCreateParams = {}) =>
  givenSession(stripe, { mode: 'subscription', line_items: [{ price: price.id, quantity: 1 }], customer, ...params });

/** The amounts of a customer's charges, newest first. */
const chargesOf = async (customer: string) =>
  (await stripe.charges.list({ customer })).data.map(({ amount }) => amount);

async function firstInvoiceOf({ id }: Stripe.Checkout.Session): Promise<Stripe.Invoice> {
  const { invoice } = await stripe.checkout.sessions.retrieve(id, { expand: ['invoice.payments'] });
  return invoice as Stripe.Invoice;
}

it('a plan is charged as its first invoice says, which a credit of the customer pays in part', async () => {
  const customer = await givenCredit();
  const session = await selling(basic, customer);
  const page = await (await fetch(String(session.url))).text();
  expect(page).toContain('<dt>Applied balance</dt><dd>−$7.50</dd>');
  expect(page).toContain('<span>Total due</span><span>$7.50</span>');
  expect((await pay(session)).status).toBe(303);
  expect(await firstInvoiceOf(session)).toMatchObject({
    total: 1500,
    starting_balance: -750,
    ending_balance: 0,
    amount_due: 750,
    amount_paid: 750,
    amount_remaining: 0,
    payments: { data: [{ amount_paid: 750, status: 'paid' }] },
  });
  expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    amount_total: 1500,
    payment_status: 'paid',
  });
  expect((await chargesOf(customer))[0]).toBe(750);
  expect(await balanceOf(customer)).toBe(0);
});

it('a credit that covers the first invoice leaves nothing to charge, and keeps the card for the next', async () => {
  const customer = await givenCredit();
  const before = await chargesOf(customer);
  const session = await selling(small, customer);
  expect((await pay(session)).status).toBe(303);
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  expect(paid).toMatchObject({ payment_status: 'no_payment_required', subscription: { status: 'active' } });
  const { default_payment_method: method } = paid.subscription as Stripe.Subscription;
  expect((await stripe.paymentMethods.retrieve(String(method))).customer).toBe(customer);
  const invoice = await firstInvoiceOf(session);
  expect(invoice).toMatchObject({ status: 'paid', total: 500, amount_due: 0, amount_paid: 0, ending_balance: -250 });
  expect(invoice.payments?.data).toEqual([]);
  expect(await chargesOf(customer)).toEqual(before);
  expect(await balanceOf(customer)).toBe(-250);
});

it('two pages of one customer use a credit once', async () => {
  const customer = await givenCredit();
  const sessions = [await selling(basic, customer), await selling(basic, customer)];
  expect((await Promise.all(sessions.map((session) => pay(session)))).map(({ status }) => status)).toEqual([303, 303]);
  expect((await chargesOf(customer)).slice(0, 2).sort()).toEqual([1500, 750]);
  expect(await balanceOf(customer)).toBe(0);
});

it('what the bank was asked about is charged, also when the credit went meanwhile: the balance takes it', async () => {
  const customer = await givenCredit();
  const session = await selling(basic, customer);
  const asked = await pay(session, { cardNumber: cards.challenged });
  expect((await pay(await selling(basic, customer))).status).toBe(303);
  const body = new URLSearchParams({ outcome: 'complete' });
  await fetch(String(asked.headers.get('location')), { method: 'POST', redirect: 'manual', body });
  expect(await firstInvoiceOf(session)).toMatchObject({ total: 1500, amount_due: 750, amount_paid: 750 });
  expect((await chargesOf(customer)).slice(0, 2)).toEqual([750, 750]);
  expect(await balanceOf(customer)).toBe(750);
});

it('what a customer owes is charged with the first invoice', async () => {
  const customer = await givenDebt();
  const session = await selling(basic, customer);
  expect((await pay(session)).status).toBe(303);
  expect(await firstInvoiceOf(session)).toMatchObject({ total: 1500, amount_due: 1530, amount_paid: 1530 });
  expect(await chargesOf(customer)).toEqual([1530]);
  expect(await balanceOf(customer)).toBe(0);
});

it.each([
  ['a credit', givenCredit],
  ['a debt', givenDebt],
])('a trial leaves %s to the invoice after it', async (_, customerWith) => {
  const customer = await customerWith();
  const [before, charges] = [await balanceOf(customer), await chargesOf(customer)];
  const session = await selling(basic, customer, { subscription_data: { trial_period_days: 7 } });
  expect((await pay(session)).status).toBe(303);
  expect(await firstInvoiceOf(session)).toMatchObject({ status: 'paid', total: 0, amount_due: 0, amount_paid: 0 });
  expect(await chargesOf(customer)).toEqual(charges);
  expect(await balanceOf(customer)).toBe(before);
});

it('a credit does not pay for what is bought once', async () => {
  const customer = await givenCredit();
  expect((await pay(await givenSession(stripe, { customer }))).status).toBe(303);
  expect((await chargesOf(customer))[0]).toBe(1000);
  expect(await balanceOf(customer)).toBe(-750);
});
