import Stripe from 'stripe';
import { cards, givenSession, pay, useSandbox } from '../support/given.js';

const given = useSandbox();

const backAt = 'https://shop.test/back';

/** A customer with a card of one of the ids that Stripe has for tests. */
async function givenSaved(testId: string): Promise<{ customer: Stripe.Customer; method: Stripe.PaymentMethod }> {
  const customer = await given.stripe.customers.create({ email: 'saved@example.com' });
  const method = await given.stripe.paymentMethods.attach(testId, { customer: customer.id });
  return { customer, method };
}

/** Charges a customer who is not there. */
const chargeOffSession = (customer: string, payment_method: string) =>
  given.stripe.paymentIntents.create({
    amount: 1000,
    currency: 'usd',
    customer,
    payment_method,
    off_session: true,
    confirm: true,
    return_url: backAt,
  });

async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error('it was not refused');
}

const answerBank = (url: string, outcome: 'complete' | 'fail') =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) });

const setUp = (customer: string) =>
  givenSession(given.stripe, {
    mode: 'setup',
    currency: 'usd',
    customer,
    line_items: undefined,
    setup_intent_data: { metadata: { account: 'acct-7' } },
  } as Stripe.Checkout.SessionCreateParams);

describe('a session in setup mode', () => {
  it('saves a card for its customer and charges nothing', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create({ email: 's@example.com' });
    const session = await setUp(customer.id);
    expect(session).toMatchObject({
      mode: 'setup',
      amount_total: null,
      payment_status: 'no_payment_required',
      payment_intent: null,
      setup_intent: expect.stringMatching(/^seti_/),
    });
    const page = await (await fetch(String(session.url))).text();
    expect(page).toContain('Save a card');
    expect(page).not.toContain('Bank debit');
    const declined = await pay(session, { cardNumber: cards.declined });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('The card was not saved');
    expect((await pay(session)).status).toBe(303);

    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method'] });
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      setup_intent: {
        status: 'succeeded',
        usage: 'off_session',
        metadata: { account: 'acct-7' },
        payment_method: { customer: customer.id, card: { last4: '4242' } },
      },
    });
    const types = (await stripe.events.list({ limit: 3 })).data.map(({ type }) => type).reverse();
    expect(types).toEqual(['payment_method.attached', 'setup_intent.succeeded', 'checkout.session.completed']);
    expect((await stripe.charges.list({ customer: customer.id })).data).toEqual([]);
    const saved = await stripe.customers.listPaymentMethods(customer.id, { type: 'card' });
    expect(saved.data).toHaveLength(1);
    expect(await chargeOffSession(customer.id, String(saved.data[0]?.id))).toMatchObject({ status: 'succeeded' });
  });

  it('tells the payer that they may be charged again, as one whose payment keeps the card, and no other', async () => {
    const { stripe } = given;
    const { id } = await stripe.customers.create();
    const keeps = { payment_intent_data: { setup_future_usage: 'off_session' as const } };
    const sessions = [await setUp(id), await givenSession(stripe, keeps), await givenSession(stripe, {})];
    const pages = await Promise.all(sessions.map(async ({ url }) => (await fetch(String(url))).text()));
    expect(pages.map((page) => page.includes('to charge you for future payments'))).toEqual([true, true, false]);
  });

  it('lets the bank ask once, so that the card can be charged later without its holder', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create({ email: 's@example.com' });
    const session = await setUp(customer.id);
    const first = await pay(session, { cardNumber: cards.challenged });
    const failed = await answerBank(String(first.headers.get('location')), 'fail');
    const page = await (await fetch(new URL(String(failed.headers.get('location')), given.sandbox.url))).text();
    expect(page).toContain('We are unable to authenticate your payment method.');
    const second = await pay(session, { cardNumber: cards.challenged });
    const done = await answerBank(String(second.headers.get('location')), 'complete');
    expect(done.headers.get('location')).toContain('https://shop.test/thanks');
    const { data } = await stripe.paymentMethods.list({ customer: customer.id });
    expect(await chargeOffSession(customer.id, String(data[0]?.id))).toMatchObject({ status: 'succeeded' });
  });

  it('takes its intent along when it expires', async () => {
    const customer = await given.stripe.customers.create();
    const session = await setUp(customer.id);
    await given.stripe.checkout.sessions.expire(session.id);
    const intent = await given.stripe.setupIntents.retrieve(String(session.setup_intent));
    expect(intent.status).toBe('canceled');
  });

  it.each<[string, object, string]>([
    ['something to sell', { line_items: [{ price: 'price_1', quantity: 1 }] }, 'line_items'],
    ['no currency', { currency: undefined }, 'currency'],
  ])('is refused with %s', async (_, params, param) => {
    const call = given.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      success_url: backAt,
      ...params,
    });
    expect(await errorOf(call)).toMatchObject({ statusCode: 400, param });
  });
});

describe('a setup intent of the API', () => {
  it('saves a card that is confirmed with it', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create();
    const intent = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: backAt,
      expand: ['payment_method'],
    });
    expect(intent).toMatchObject({ status: 'succeeded', payment_method: { customer: customer.id } });
    expect(await errorOf(stripe.setupIntents.cancel(intent.id))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    });
  });

  it('keeps what a decline has left', async () => {
    const { stripe } = given;
    const intent = await stripe.setupIntents.create({ usage: 'on_session' });
    const confirmed = stripe.setupIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa_chargeDeclined',
      return_url: backAt,
    });
    expect(await errorOf(confirmed)).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(await stripe.setupIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { decline_code: 'generic_decline' },
    });
  });

  it('is filled in on the card form', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create();
    const intent = await stripe.setupIntents.create({ customer: customer.id });
    const url = `${given.sandbox.url}/elements/${intent.client_secret}?return_url=${encodeURIComponent(backAt)}`;
    expect(await (await fetch(url)).text()).toContain('Save card');
    const body = new URLSearchParams({ cardNumber: cards.good, expiry: '12/34', cvc: '123' });
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
    expect(String(answer.headers.get('location'))).toContain(`setup_intent=${intent.id}`);
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  });
});

describe('a saved card', () => {
  it('may be attached and then fail when it is charged', async () => {
    const { customer, method } = await givenSaved('pm_card_chargeCustomerFail');
    expect(await errorOf(chargeOffSession(customer.id, method.id))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      payment_intent: { status: 'requires_payment_method' },
    });
    expect(await errorOf(givenSaved('pm_card_visa_chargeDeclinedInsufficientFunds'))).toMatchObject({
      statusCode: 402,
      decline_code: 'insufficient_funds',
    });
  });

  it('that was never set up needs its holder, whom nobody can ask', async () => {
    const { customer, method } = await givenSaved('pm_card_authenticationRequiredOnSetup');
    const error = await errorOf(chargeOffSession(customer.id, method.id));
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'authentication_required' } },
      payment_method: { id: method.id },
    });
    const charges = await given.stripe.charges.list({ customer: customer.id });
    expect(charges.data).toMatchObject([{ id: error.charge, status: 'failed' }]);

    const recovered = await given.stripe.paymentIntents.confirm(String(error.payment_intent?.id), {
      payment_method: method.id,
      return_url: backAt,
    });
    await answerBank(String(recovered.next_action?.redirect_to_url?.url), 'complete');
    expect((await given.stripe.paymentIntents.retrieve(recovered.id)).status).toBe('succeeded');
  });

  it('whose bank always asks is never charged without its holder', async () => {
    const { customer, method } = await givenSaved('pm_card_authenticationRequired');
    expect(await errorOf(chargeOffSession(customer.id, method.id))).toMatchObject({ code: 'authentication_required' });
  });

  it('is kept by a payment that asks for it, and made good for later by its challenge', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe, { payment_intent_data: { setup_future_usage: 'off_session' } });
    const sent = await pay(session, { cardNumber: cards.challenged });
    await answerBank(String(sent.headers.get('location')), 'complete');
    const { customer } = await stripe.checkout.sessions.retrieve(session.id);
    const { data } = await stripe.customers.listPaymentMethods(String(customer));
    expect(data).toHaveLength(1);
    expect(await chargeOffSession(String(customer), String(data[0]?.id))).toMatchObject({ status: 'succeeded' });
  });

  it('is offered on the page to who has kept it there', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create({ email: 'keeper@example.com' });
    const options = {
      customer: customer.id,
      saved_payment_method_options: { payment_method_save: 'enabled' as const },
    };
    const first = await givenSession(stripe, options);
    expect(await (await fetch(String(first.url))).text()).toContain('Save this card');
    await pay(first, { save: 'yes' });
    const [kept] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect(kept).toMatchObject({ allow_redisplay: 'always' });

    const second = await givenSession(stripe, options);
    expect(await (await fetch(String(second.url))).text()).toContain(`value="${kept?.id}"`);
    const paid = await pay(second, { paymentMethod: String(kept?.id), cardNumber: '', expiry: '', cvc: '' });
    expect(paid.status).toBe(303);
    const done = await stripe.checkout.sessions.retrieve(second.id, { expand: ['payment_intent'] });
    expect(done.payment_intent).toMatchObject({ payment_method: kept?.id, status: 'succeeded' });

    const other = await givenSession(stripe, { customer: (await stripe.customers.create()).id });
    const foreign = await pay(other, { paymentMethod: String(kept?.id), email: 'o@example.com' });
    expect(foreign.status).toBe(402);
  });

  it('is what its customer pays with usually, until it is taken away for good', async () => {
    const { stripe } = given;
    const { customer, method } = await givenSaved('pm_card_visa');
    const usual = await stripe.customers.update(customer.id, {
      invoice_settings: { default_payment_method: method.id },
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(usual.invoice_settings.default_payment_method).toMatchObject({ id: method.id });
    const other = await givenSaved('pm_card_mastercard');
    const foreign = stripe.customers.update(customer.id, {
      invoice_settings: { default_payment_method: other.method.id },
    });
    expect(await errorOf(foreign)).toMatchObject({ param: 'invoice_settings[default_payment_method]' });
    expect(await errorOf(chargeOffSession(other.customer.id, method.id))).toMatchObject({ param: 'payment_method' });

    expect(await stripe.paymentMethods.detach(method.id)).toMatchObject({ customer: null });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
    const again = stripe.paymentMethods.attach(method.id, { customer: customer.id });
    expect((await errorOf(again)).message).toContain('may not be used again');
    expect(await errorOf(stripe.paymentMethods.detach(method.id))).toMatchObject({ statusCode: 400 });
    const [event] = (await stripe.events.list({ type: 'payment_method.detached', limit: 1 })).data;
    expect(event?.data).toMatchObject({ object: { id: method.id }, previous_attributes: { customer: customer.id } });
  });

  it('goes with its customer', async () => {
    const { customer, method } = await givenSaved('pm_card_visa');
    await given.stripe.customers.del(customer.id);
    expect((await given.stripe.paymentMethods.retrieve(method.id)).customer).toBeNull();
  });
});
