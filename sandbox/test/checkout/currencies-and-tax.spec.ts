import type Stripe from 'stripe';
import { priceLines, totalsOf } from '../../checkout/sessions/totals.js';
import { givenSession, pay, useSandbox } from '../support/given.js';

const given = useSandbox();

const packIn = (currency: string) => ({
  quantity: 1,
  price_data: { currency, unit_amount: 1000, product_data: { name: 'Basic' } },
});

describe('a price in several currencies', () => {
  it('is paid in the one that the session asks for', async () => {
    const { stripe } = given;
    const product = await stripe.products.create({ name: 'Basic' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 1000,
      currency_options: { eur: { unit_amount: 900 }, jpy: { unit_amount: 1500 } },
      expand: ['currency_options'],
    });
    expect(price.currency_options).toMatchObject({
      usd: { unit_amount: 1000 },
      eur: { unit_amount: 900, tax_behavior: 'unspecified' },
      jpy: { unit_amount: 1500 },
    });
    expect((await stripe.prices.retrieve(price.id)).currency_options).toBeUndefined();

    const session = await givenSession(stripe, { line_items: [{ price: price.id, quantity: 3 }], currency: 'EUR' });
    expect(session).toMatchObject({ currency: 'eur', amount_total: 2700 });
    expect(await (await fetch(String(session.url))).text()).toContain('Pay €27.00');
    await pay(session);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(paid.payment_intent).toMatchObject({ currency: 'eur', amount_received: 2700 });
    expect(await givenSession(stripe, { line_items: [{ price: price.id, quantity: 1 }] })).toMatchObject({
      currency: 'usd',
      amount_total: 1000,
    });
  });

  it('is refused in one that it does not have', async () => {
    const { stripe } = given;
    await expect(givenSession(stripe, { currency: 'gbp' })).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('only supports `usd`'),
    });
    await expect(givenSession(stripe, { line_items: [packIn('usd'), packIn('eur')] })).rejects.toMatchObject({
      message: expect.stringContaining("doesn't match the expected currency: `usd`"),
    });
    await expect(givenSession(stripe, { currency: 'gold' })).rejects.toMatchObject({ param: 'currency' });
  });

  it('gets other currencies later, and loses them', async () => {
    const { stripe } = given;
    const { id } = await stripe.prices.create({ currency: 'usd', unit_amount: 100, product_data: { name: 'P' } });
    const expand = ['currency_options'];
    const more = await stripe.prices.update(id, { currency_options: { chf: { unit_amount: 95 } }, expand });
    expect(Object.keys(more.currency_options ?? {})).toEqual(['usd', 'chf']);
    const [event] = (await stripe.events.list({ type: 'price.updated', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id });
    const less = await stripe.prices.update(id, { currency_options: '', expand });
    expect(Object.keys(less.currency_options ?? {})).toEqual(['usd']);
  });
});

describe('automatic tax', () => {
  it('is shown on the page, and is in the amounts once it is known where the buyer is', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe, { automatic_tax: { enabled: true }, line_items: [packIn('eur')] });
    expect(session).toMatchObject({
      amount_total: 1000,
      automatic_tax: { enabled: true, status: 'requires_location_inputs', liability: { type: 'self' } },
      total_details: { amount_tax: 0 },
    });
    const page = await (await fetch(String(session.url))).text();
    expect(page).toContain('Tax (20%)');
    expect(page).toContain('Pay €12.00');
    expect(page).toContain('name="country"');

    expect((await pay(session, { country: 'DE' })).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent', 'total_details.breakdown'],
    });
    expect(paid).toMatchObject({
      amount_subtotal: 1000,
      amount_total: 1200,
      automatic_tax: { status: 'complete' },
      customer_details: { address: { country: 'DE' } },
      payment_intent: { amount: 1200, amount_received: 1200 },
      total_details: {
        amount_tax: 200,
        breakdown: { taxes: [{ amount: 200, taxable_amount: 1000, rate: { percentage: 20, inclusive: false } }] },
      },
    });
  });

  it('is there at once for a customer with an address, and needs leave to ask one without', async () => {
    const { stripe } = given;
    const automatic_tax = { enabled: true };
    const known = await stripe.customers.create({ email: 'k@example.com', address: { country: 'FR' } });
    expect(await givenSession(stripe, { automatic_tax, customer: known.id })).toMatchObject({
      amount_total: 1200,
      automatic_tax: { status: 'complete' },
    });

    const unknown = await stripe.customers.create({ email: 'u@example.com' });
    await expect(givenSession(stripe, { automatic_tax, customer: unknown.id })).rejects.toMatchObject({
      statusCode: 400,
      code: 'customer_tax_location_invalid',
    });
    const asking = await givenSession(stripe, {
      automatic_tax,
      customer: unknown.id,
      customer_update: { address: 'auto' },
    });
    await pay(asking, { country: 'AT' });
    expect(await stripe.customers.retrieve(unknown.id)).toMatchObject({ address: { country: 'AT' } });
  });

  it('comes after the discount, and may be within the price', () => {
    const item = (amount_subtotal: number, tax_behavior: string) =>
      ({ amount_subtotal, price: { product: 'p', tax_behavior } }) as Stripe.LineItem;
    const items = [item(1000, 'exclusive'), item(1001, 'inclusive')];
    const priced = priceLines(items, { taxed: true, reduction: { percent: 10 } });
    expect(priced.map((each) => [each.amount_discount, each.amount_tax, each.amount_total])).toEqual([
      [100, 180, 1080],
      [100, 150, 901],
    ]);
    expect(totalsOf(priced)).toEqual({
      amount_subtotal: 2001,
      amount_total: 1981,
      total_details: { amount_discount: 200, amount_shipping: 0, amount_tax: 330 },
    });
  });
});

describe('what the page asks of a buyer', () => {
  it('is the number under which a business pays tax', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe, { tax_id_collection: { enabled: true }, customer_creation: 'always' });
    const business = { businessName: 'Ada GmbH', taxIdType: 'eu_vat' };
    const refused = await pay(session, { ...business, taxIdValue: '?' });
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain('Enter a valid tax number.');
    expect((await pay(session, { ...business, taxIdValue: 'DE123456789' })).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({
      customer_details: { business_name: 'Ada GmbH', tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }] },
    });
    const [event] = (await stripe.events.list({ type: 'customer.tax_id.created', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ customer: paid.customer, value: 'DE123456789' });

    const customer = await stripe.customers.create();
    await expect(
      givenSession(stripe, { tax_id_collection: { enabled: true }, customer: customer.id }),
    ).rejects.toMatchObject({ param: 'tax_id_collection' });
  });

  it('is consent to the terms', async () => {
    const session = await givenSession(given.stripe, { consent_collection: { terms_of_service: 'required' } });
    const refused = await pay(session);
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain('Agree to the terms of service');
    expect((await pay(session, { termsOfService: 'yes' })).status).toBe(303);
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      consent: { terms_of_service: 'accepted' },
    });
  });

  it('is an address, in full', async () => {
    const customer = await given.stripe.customers.create({ name: 'Old' });
    const session = await givenSession(given.stripe, {
      billing_address_collection: 'required',
      customer: customer.id,
      customer_update: { name: 'auto', address: 'auto' },
    });
    const refused = await (await pay(session, { name: '', line1: '' })).text();
    for (const reason of ['Enter your name', 'Enter your address', 'Enter your postal code', 'Enter your city'])
      expect(refused).toContain(reason);
    const address = { name: 'Ada', line1: 'Main Street 1', city: 'Graz', postalCode: '8010', country: 'AT' };
    expect((await pay(session, address)).status).toBe(303);
    expect(await given.stripe.customers.retrieve(customer.id)).toMatchObject({
      name: 'Ada',
      address: { line1: 'Main Street 1', city: 'Graz', postal_code: '8010', country: 'AT' },
    });
  });
});
