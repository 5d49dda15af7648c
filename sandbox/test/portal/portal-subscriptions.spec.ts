import type Stripe from 'stripe';
import { cards, useSandbox } from '../support/given.js';
import { advanceTo, draftSeconds, givenPlan, givenSubscriber, periodOf } from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;
let pro: Stripe.Price;
let offer: Stripe.BillingPortal.Configuration;

const productOf = (price: Stripe.Price) => ({ product: String(price.product), prices: [price.id] });

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
  pro = await givenPlan(stripe, 'Pro', 3000);
  offer = await stripe.billingPortal.configurations.create({
    features: {
      payment_method_update: { enabled: true },
      subscription_cancel: {
        enabled: true,
        mode: 'at_period_end',
        cancellation_reason: { enabled: true, options: ['too_expensive', 'unused'] },
      },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price'],
        products: [productOf(basic), productOf(pro)],
        proration_behavior: 'always_invoice',
        schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
      },
    },
  });
});

async function givenPortal(price: Stripe.Price, params: { cardNumber?: string; configuration?: string } = {}) {
  const { cardNumber = cards.good, configuration = offer.id } = params;
  const { subscription } = await givenSubscriber(stripe, price, { cardNumber });
  const session = await stripe.billingPortal.sessions.create({
    customer: String(subscription.customer),
    configuration,
    return_url: 'https://shop.test/account',
  });
  return { subscription, at: `${session.url}/subscriptions/${subscription.id}`, portal: session.url };
}

const show = async (url: string) => (await fetch(url)).text();

const post = (url: string, fields: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

const leadsTo = (answer: Response) => new URL(String(answer.headers.get('location')), given.sandbox.url).href;

it('a configuration says what subscriptions can be changed to, on request', async () => {
  expect(offer.features.subscription_update).toMatchObject({
    enabled: true,
    proration_behavior: 'always_invoice',
    schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
  });
  expect(offer.features.subscription_update).not.toHaveProperty('products');
  const expanded = await stripe.billingPortal.configurations.retrieve(offer.id, {
    expand: ['features.subscription_update.products'],
  });
  expect(expanded.features.subscription_update.products).toMatchObject([productOf(basic), productOf(pro)]);
  const once = await stripe.prices.create({ currency: 'usd', unit_amount: 1, product: String(basic.product) });
  const refused = stripe.billingPortal.configurations.update(offer.id, {
    features: { subscription_update: { enabled: true, products: [productOf(once)] } },
  });
  await expect(refused).rejects.toMatchObject({ statusCode: 400 });
});

it('an upgrade shows what it costs, is charged at once and takes effect at once', async () => {
  const { subscription, at, portal } = await givenPortal(basic);
  expect(await show(portal)).toContain('$15.00 every month');
  expect(await show(at)).toContain('Choose Pro');
  const confirm = await show(`${at}?price=${pro.id}`);
  expect(confirm).toContain('Remaining time on Pro');
  expect(confirm).toContain('Due today');
  expect((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice).toBe(subscription.latest_invoice);

  const made = await post(at, { price: pro.id });
  expect(await show(leadsTo(made))).toContain('Your plan was changed.');
  const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(after).toMatchObject({ items: { data: [{ price: { id: pro.id } }] }, pending_update: null, status: 'active' });
  expect(after.latest_invoice).toMatchObject({ billing_reason: 'subscription_update', status: 'paid' });
});

it('an upgrade that the card does not pay waits on the page of its invoice', async () => {
  const { subscription, at } = await givenPortal(basic);
  const customer = String(subscription.customer);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  const invoicePage = leadsTo(await post(at, { price: pro.id }));
  expect(invoicePage).toContain('/i/in_');
  expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(basic.id);
  expect((await post(invoicePage, { cardNumber: cards.good, expiry: '12/34', cvc: '123' })).status).toBe(303);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    items: { data: [{ price: { id: pro.id } }] },
    pending_update: null,
  });
});

it('a downgrade waits for the end of the period, and can be taken back until then', async () => {
  const { subscription, at, portal } = await givenPortal(pro);
  expect(await show(`${at}?price=${basic.id}`)).toContain('Nothing is charged before that');
  expect(await show(leadsTo(await post(at, { price: basic.id })))).toContain('Becomes Basic on');
  const waiting = await stripe.subscriptions.retrieve(subscription.id);
  expect(waiting).toMatchObject({ items: { data: [{ price: { id: pro.id } }] }, schedule: expect.any(String) });

  expect(await show(leadsTo(await post(`${at}/keep`)))).toContain('Renews on');
  expect((await stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull();
  await post(at, { price: basic.id });
  await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
  const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(after).toMatchObject({
    items: { data: [{ price: { id: basic.id } }] },
    latest_invoice: { amount_paid: 1500, billing_reason: 'subscription_cycle' },
  });
  expect((await fetch(portal)).status).toBe(410);
});

it('a plan is cancelled with its period, with the reason, and can be kept after all', async () => {
  const { subscription, at } = await givenPortal(basic);
  expect(await show(`${at}/cancel`)).toContain('It is too expensive');
  const canceled = await post(`${at}/cancel`, { feedback: 'too_expensive' });
  expect(await show(leadsTo(canceled))).toContain('Ends on');
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    cancel_at_period_end: true,
    cancellation_details: { feedback: 'too_expensive', reason: 'cancellation_requested' },
    status: 'active',
  });
  expect((await fetch(`${at}/cancel`)).status).toBe(404);
  expect(await show(leadsTo(await post(`${at}/keep`)))).toContain('Your plan goes on as it is.');
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ cancel_at_period_end: false });
});

it('a plan is cancelled at once where that is offered', async () => {
  const configuration = await stripe.billingPortal.configurations.create({
    features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
  });
  const { subscription, at, portal } = await givenPortal(basic, { configuration: configuration.id });
  expect((await fetch(at)).status).toBe(404);
  await post(`${at}/cancel`);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  expect(await show(portal)).toContain('You have no subscription.');
});

it('another card that is made the usual one pays for the plan, too, and what is open is a click away', async () => {
  const { subscription } = await givenPortal(basic);
  const customer = String(subscription.customer);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
  const { url } = await stripe.billingPortal.sessions.create({ customer, configuration: offer.id });
  const page = await show(url);
  expect(page).toContain('The last payment did not go through');
  expect(page).toContain('Pay now');
  const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await post(`${url}/default`, { card: good.id });
  expect((await stripe.subscriptions.retrieve(subscription.id)).default_payment_method).toBe(good.id);
  await advanceTo(given, periodOf(subscription).end + 2 * 24 * 60 * 60);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
});

it("nobody changes what is somebody else's", async () => {
  const mine = await givenPortal(basic);
  const theirs = await givenPortal(basic);
  const at = `${mine.portal}/subscriptions/${theirs.subscription.id}`;
  expect((await fetch(at)).status).toBe(404);
  expect((await post(`${at}/cancel`)).status).toBe(404);
  expect((await post(mine.at, { price: 'price_unknown' })).status).toBe(404);
  expect((await stripe.subscriptions.retrieve(theirs.subscription.id)).cancel_at_period_end).toBe(false);
});
