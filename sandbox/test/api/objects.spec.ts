import { givenPayment, givenSession, moneyIsBooked, stripeAt, useSandbox } from '../support/given.js';

const given = useSandbox();

describe('customers', () => {
  it('are created, changed, listed by address and deleted', async () => {
    const { stripe } = given;
    const made = await stripe.customers.create({ email: 'bo@example.com', metadata: { a: '1', b: '2' } });
    expect(made).toMatchObject({ object: 'customer', email: 'bo@example.com', livemode: false });

    const changed = await stripe.customers.update(made.id, {
      name: 'Bo',
      address: { city: 'Oslo' },
      metadata: { a: '', c: 3 },
    });
    expect(changed.metadata).toEqual({ b: '2', c: '3' });
    expect(changed.address).toMatchObject({ city: 'Oslo', line1: null });
    expect((await stripe.customers.update(made.id, { metadata: '' })).metadata).toEqual({});

    const found = await stripe.customers.list({ email: 'bo@example.com' });
    expect(found.data.map((each) => each.id)).toEqual([made.id]);

    expect(await stripe.customers.del(made.id)).toMatchObject({ id: made.id, deleted: true });
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ id: made.id, deleted: true });
    expect((await stripe.customers.list({ email: 'bo@example.com' })).data).toEqual([]);
    await expect(stripe.customers.update(made.id, { name: 'Bo' })).rejects.toMatchObject({ code: 'resource_missing' });
  });

  it('record what was there before a change', async () => {
    const { stripe } = given;
    const made = await stripe.customers.create({ name: 'Before', metadata: { kept: '1', lost: '2' } });
    await stripe.customers.update(made.id, { name: 'After', metadata: { lost: '', fresh: '3' } });
    const [event] = (await stripe.events.list({ type: 'customer.updated', limit: 1 })).data;
    expect(event?.data.previous_attributes).toEqual({ name: 'Before', metadata: { lost: '2', fresh: null } });
    expect(event?.data.object).toMatchObject({ name: 'After', metadata: { kept: '1', fresh: '3' } });
    expect(event?.request?.id).toMatch(/^req_/);
  });
});

describe('products and prices', () => {
  it('keep the id that the caller chose, once', async () => {
    const { stripe } = given;
    const made = await stripe.products.create({ id: 'pack_basic', name: 'Basic', description: '12 credits' });
    expect(made.id).toBe('pack_basic');
    await expect(stripe.products.create({ id: 'pack_basic', name: 'Again' })).rejects.toMatchObject({
      code: 'resource_already_exists',
    });
    const changed = await stripe.products.update('pack_basic', { description: '', active: false });
    expect(changed).toMatchObject({ description: null, active: false });
    expect((await stripe.products.list({ ids: ['pack_basic', 'none'] })).data).toHaveLength(1);
    expect((await stripe.products.list({ active: true, ids: ['pack_basic'] })).data).toHaveLength(0);
  });

  it('give a lookup key to one price at a time', async () => {
    const { stripe } = given;
    const product = await stripe.products.create({ name: 'Keyed' });
    const price = { product: product.id, currency: 'USD', unit_amount: 500, lookup_key: 'keyed' };
    const first = await stripe.prices.create(price);
    expect(first).toMatchObject({ currency: 'usd', type: 'one_time', unit_amount: 500, lookup_key: 'keyed' });
    expect(String(first.unit_amount_decimal)).toBe('500');
    await expect(stripe.prices.create(price)).rejects.toMatchObject({ param: 'lookup_key' });
    const second = await stripe.prices.create({ ...price, unit_amount: 600, transfer_lookup_key: true });
    const found = await stripe.prices.list({ lookup_keys: ['keyed', 'other'], expand: ['data.product'] });
    expect(found.data).toMatchObject([{ id: second.id, product: { name: 'Keyed' } }]);
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  });

  it('make a recurring price and a product along with it', async () => {
    const made = await given.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1500,
      recurring: { interval: 'month' },
      product_data: { name: 'Monthly' },
      expand: ['product'],
    });
    expect(made).toMatchObject({
      type: 'recurring',
      recurring: { interval: 'month', interval_count: 1 },
      product: { name: 'Monthly' },
    });
  });
});

describe('checkout sessions', () => {
  it('are open, unpaid and without an intent at first', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe, {
      client_reference_id: 'acct',
      metadata: { order: 'ord_1' },
      expand: ['line_items'],
    });
    expect(session).toMatchObject({
      object: 'checkout.session',
      amount_total: 1000,
      currency: 'usd',
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      customer: null,
      livemode: false,
      metadata: { order: 'ord_1' },
      line_items: { data: [{ description: 'Basic', quantity: 1, amount_total: 1000 }] },
    });
    expect(session.url).toBe(`${given.sandbox.url}/c/pay/${session.id}`);
    const lines = await stripe.checkout.sessions.listLineItems(session.id);
    expect(lines.data[0]?.price?.active).toBe(false);
    expect((await stripe.checkout.sessions.update(session.id, { metadata: { more: '1' } })).metadata).toEqual({
      order: 'ord_1',
      more: '1',
    });
  });

  it('expire when told to, and then for good', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
    expect((await fetch(String(session.url))).status).toBe(410);
    const expired = await stripe.checkout.sessions.list({ status: 'expired' });
    expect(expired.data.map((each) => each.id)).toContain(session.id);
    const [event] = (await stripe.events.list({ type: 'checkout.session.expired', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: session.id });
  });

  it.each([
    ['no lines', { line_items: [] }, 'line_items'],
    ['an unknown price', { line_items: [{ price: 'price_none', quantity: 1 }] }, 'line_items[0][price]'],
    ['an unknown customer', { customer: 'cus_none' }, 'customer'],
    ['an address that is none', { customer_email: 'nobody' }, 'customer_email'],
    ['a URL that is none', { success_url: 'thanks' }, 'success_url'],
    ['a URL that runs a script', { cancel_url: 'javascript:alert(1)' }, 'cancel_url'],
    ['a life that is too long', { expires_at: 4_000_000_000 }, 'expires_at'],
    ['another mode', { mode: 'rent' as const }, 'mode'],
    ['an embedded page', { ui_mode: 'embedded_page' as const }, 'ui_mode'],
    ['something the sandbox does not do', { phone_number_collection: { enabled: true } }, 'phone_number_collection'],
  ])('are refused with %s', async (_, params, param) => {
    await expect(givenSession(given.stripe, params)).rejects.toMatchObject({ statusCode: 400, param });
  });
});

describe('calls', () => {
  it('are refused without a test key', async () => {
    await expect(stripeAt(given.sandbox.url, 'sk_live_1').balance.retrieve()).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
    });
    await expect(stripeAt(given.sandbox.url, 'pk_test_1').balance.retrieve()).rejects.toMatchObject({
      statusCode: 401,
    });
    const basic = { authorization: `Basic ${Buffer.from('sk_test_any:').toString('base64')}` };
    const answer = await fetch(`${given.sandbox.url}/v1/balance`, { headers: basic });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
    expect((await fetch(`${given.sandbox.url}/v1/balance`)).status).toBe(401);
  });

  it('tell of unknown routes, ids and parameters', async () => {
    const { stripe } = given;
    await expect(stripe.payouts.list()).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringContaining('Unrecognized request URL (GET: /v1/payouts)'),
    });
    await expect(stripe.paymentIntents.retrieve('pi_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_none'",
    });
    await expect(givenSession(stripe, { payment_method_types: ['card'] } as object)).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'payment_method_types',
    });
    await expect(stripe.products.create({} as { name: string })).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'name',
    });
    await expect(stripe.refunds.create({ charge: 'ch_1', amount: 1.5 })).rejects.toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  });

  it('fill in what is to be expanded, at every level', async () => {
    const { stripe } = given;
    const { session, intentId } = await givenPayment(stripe);
    await stripe.refunds.create({ payment_intent: intentId, amount: 100 });
    await moneyIsBooked(given);
    const expanded = await stripe.checkout.sessions.retrieve(session.id, {
      expand: [
        'payment_intent.latest_charge.refunds',
        'payment_intent.payment_method',
        'line_items.data.price.product',
      ],
    });
    expect(expanded).toMatchObject({
      payment_intent: {
        id: intentId,
        payment_method: { type: 'card', card: { brand: 'visa', last4: '4242' } },
        latest_charge: { amount_refunded: 100, refunds: { data: [{ amount: 100 }] } },
      },
      line_items: { data: [{ price: { product: { name: 'Basic' } } }] },
    });
    const list = await stripe.refunds.list({ payment_intent: intentId, expand: ['data.charge.balance_transaction'] });
    expect(list.data).toMatchObject([{ charge: { balance_transaction: { type: 'charge', amount: 1000, fee: 59 } } }]);
    await expect(stripe.charges.list({ expand: ['payment_intent'] })).rejects.toMatchObject({
      message: expect.stringContaining("'data.payment_intent'"),
    });
    await expect(stripe.paymentIntents.retrieve(intentId, { expand: ['amount'] })).rejects.toMatchObject({
      message: expect.stringContaining('This property cannot be expanded (amount).'),
    });
  });

  it('page through a list in both directions', async () => {
    const { stripe } = given;
    const email = 'page@example.com';
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift((await stripe.customers.create({ email })).id);
    const first = await stripe.customers.list({ email, limit: 2 });
    expect(first).toMatchObject({ has_more: true, url: '/v1/customers', data: [{ id: ids[0] }, { id: ids[1] }] });
    const rest = await stripe.customers.list({ email, limit: 3, starting_after: String(ids[1]) });
    expect(rest).toMatchObject({ has_more: false, data: [{ id: ids[2] }, { id: ids[3] }, { id: ids[4] }] });
    const back = await stripe.customers.list({ email, limit: 2, ending_before: String(ids[3]) });
    expect(back).toMatchObject({ has_more: true, data: [{ id: ids[1] }, { id: ids[2] }] });
    const all = await stripe.customers.list({ email, limit: 2 }).autoPagingToArray({ limit: 10 });
    expect(all.map((each) => each.id)).toEqual(ids);
    const now = Math.floor(Date.now() / 1000);
    expect((await stripe.customers.list({ email, created: { gte: now - 60, lte: now + 60 } })).data).toHaveLength(5);
    expect((await stripe.customers.list({ email, created: { lt: now - 60 } })).data).toHaveLength(0);
    await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ param: 'limit' });
  });
});
