import type Stripe from 'stripe';
import { readExpandable } from '../../params/read-expandable.js';
import { givenSession, moneyIsBooked, pay, useSandbox } from '../support/given.js';

const given = useSandbox();

/** One of each kind that a payment leaves, by the name of its kind and where it is asked for. */
async function givenObjects(): Promise<[string, string][]> {
  const { stripe } = given;
  const customer = await stripe.customers.create({ email: 'ann@example.com' });
  const session = await givenSession(stripe, { customer: customer.id });
  await pay(session);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
  const { latest_charge: charge } = await stripe.paymentIntents.retrieve(String(intent));
  const refund = await stripe.refunds.create({ payment_intent: String(intent), amount: 100 });
  const product = await stripe.products.create({ name: 'Plan' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1500,
    recurring: { interval: 'month' },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: (await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })).id,
  });
  const setup = await stripe.setupIntents.create({ customer: customer.id });
  const link = await stripe.paymentLinks.create({ line_items: [{ quantity: 1, price: await oncePrice(product.id) }] });
  return [
    ['customer', `/v1/customers/${customer.id}`],
    ['checkout.session', `/v1/checkout/sessions/${session.id}`],
    ['payment_intent', `/v1/payment_intents/${intent}`],
    ['charge', `/v1/charges/${charge}`],
    ['refund', `/v1/refunds/${refund.id}`],
    ['product', `/v1/products/${product.id}`],
    ['price', `/v1/prices/${price.id}`],
    ['subscription', `/v1/subscriptions/${subscription.id}`],
    ['invoice', `/v1/invoices/${subscription.latest_invoice}`],
    ['setup_intent', `/v1/setup_intents/${setup.id}`],
    ['payment_link', `/v1/payment_links/${link.id}`],
  ];
}

async function oncePrice(product: string): Promise<string> {
  return (await given.stripe.prices.create({ product, currency: 'usd', unit_amount: 500 })).id;
}

async function ask(path: string) {
  const answer = await fetch(`${given.sandbox.url}${path}`, { headers: { authorization: 'Bearer sk_test_1' } });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown> & { error?: { code?: string } },
  };
}

it('fill in what Stripe can expand, leave null what is null, and refuse what is not here by its own code', async () => {
  const table = readExpandable();
  let tried = 0;
  for (const [kind, path] of await givenObjects()) {
    await moneyIsBooked(given);
    const plain = (await ask(path)).body;
    for (const [field, what] of Object.entries(table[kind] ?? {})) {
      if (what === 'part') continue;
      tried += 1;
      const { status, body } = await ask(`${path}?expand[]=${field}`);
      const told = `${kind}.${field}: ${status} ${body.error?.code}`;
      if (status !== 200) expect([told, body.error?.code]).toEqual([told, 'sandbox_unsupported']);
      else if ((plain[field] ?? null) === null && table[kind]?.[field] === 'object')
        expect([told, body[field]]).toEqual([told, plain[field]]);
      else for (const each of [body[field]].flat()) expect([told, typeof each]).toEqual([told, 'object']);
      if (plain[field] === null && what === 'object') expect([told, status]).toEqual([told, 200]);
    }
  }
  expect(tried).toBeGreaterThan(60);
});

it('reach into parts that are not there, as Stripe does, and not into what is no part', async () => {
  const { stripe } = given;
  const session = await givenSession(stripe);
  await pay(session);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
  const expand = ['transfer_data.destination', 'latest_charge.transfer_data.destination', 'review', 'application'];
  const found = await stripe.paymentIntents.retrieve(String(intent), { expand });
  expect(found).toMatchObject({ transfer_data: null, review: null, application: null });
  expect((found.latest_charge as Stripe.Charge).transfer_data).toBeNull();
  await expect(stripe.paymentIntents.retrieve(String(intent), { expand: ['transfer_group'] })).rejects.toMatchObject({
    message: expect.stringContaining('cannot be expanded'),
  });
});
