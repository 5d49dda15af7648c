import Stripe from 'stripe';
import { cards, givenPayment, givenSandbox, useSandbox } from '../support/given.js';

const given = useSandbox();

const backAt = 'https://shop.test/back';

const givenIntent = (params: Partial<Stripe.PaymentIntentCreateParams> = {}, options?: Stripe.RequestOptions) =>
  given.stripe.paymentIntents.create({ amount: 1000, currency: 'usd', ...params }, options);

/** Pays at once with one of the ids that Stripe has for tests. */
const payWith = (payment_method: string, params: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  givenIntent({ payment_method, confirm: true, return_url: backAt, ...params });

async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error('it was not refused');
}

const formUrl = ({ client_secret }: Stripe.PaymentIntent) => {
  const asked = new URLSearchParams({ return_url: `${backAt}?order=7` });
  return `${given.sandbox.url}/elements/${client_secret}?${asked}`;
};

const fillIn = (url: string, fields: Record<string, string> = {}) => {
  const form = { cardNumber: cards.good, expiry: '12/34', cvc: '123', ...fields };
  return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
};

describe('an intent of the API', () => {
  it('is confirmed, and updated before that', async () => {
    const { stripe } = given;
    const customer = await stripe.customers.create();
    const intent = await givenIntent({
      customer: customer.id,
      metadata: { order: 'ord_1' },
      receipt_email: 'r@example.com',
    });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
      payment_method_types: ['card', 'us_bank_account'],
      client_secret: expect.stringContaining(`${intent.id}_secret_`),
    });
    await stripe.paymentIntents.update(intent.id, { amount: 1200, metadata: { more: '1' }, description: 'Twelve' });
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: backAt,
      expand: ['latest_charge'],
    });
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 1200,
      metadata: { order: 'ord_1', more: '1' },
      latest_charge: { customer: customer.id, receipt_email: 'r@example.com', description: 'Twelve' },
    });
    const types = (await stripe.events.list({ limit: 3 })).data.map(({ type }) => type).reverse();
    expect(types).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    expect(await errorOf(stripe.paymentIntents.confirm(intent.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    await expect(stripe.paymentIntents.update(intent.id, { amount: 5 })).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  it('keeps what a decline has left, and answers it again to the same key', async () => {
    const { stripe } = given;
    const params = { payment_method: 'pm_card_visa_chargeDeclined', confirm: true, return_url: backAt };
    const options = { idempotencyKey: 'declined-once' };
    const error = await errorOf(givenIntent(params, options));
    expect(error).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } },
      payment_method: { type: 'card' },
    });
    const again = await errorOf(givenIntent(params, options));
    expect(again.payment_intent?.id).toBe(error.payment_intent?.id);
    const charges = await stripe.charges.list({ payment_intent: String(error.payment_intent?.id) });
    expect(charges.data).toMatchObject([{ id: error.charge, status: 'failed' }]);
    const [event] = (await stripe.events.list({ type: 'payment_intent.payment_failed', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: error.payment_intent?.id });
    const paid = await stripe.paymentIntents.confirm(String(error.payment_intent?.id), {
      payment_method: 'pm_card_visa',
      return_url: backAt,
    });
    expect(paid.status).toBe('succeeded');
  });

  it('waits for the bank of its card, and for its payer to come back', async () => {
    const intent = await payWith('pm_card_authenticationRequired');
    expect(intent.next_action).toMatchObject({ type: 'redirect_to_url', redirect_to_url: { return_url: backAt } });
    const url = String(intent.next_action?.redirect_to_url?.url);
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    });
    const location = new URL(String(answer.headers.get('location')));
    expect(Object.fromEntries(location.searchParams)).toEqual({
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
    expect((await given.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('fails at once when nobody could answer the bank', async () => {
    const error = await errorOf(payWith('pm_card_authenticationRequired', { error_on_requires_action: true }));
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('debits an account, and learns of it later', async () => {
    const intent = await payWith('pm_usBankAccount_success');
    expect(intent.status).toBe('processing');
    await given.control(`/_sandbox/payments/${intent.id}/settle`, {});
    expect((await given.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('is cancelled while it is not paid', async () => {
    const { stripe } = given;
    const intent = await givenIntent();
    expect(await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    await expect(stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    const { intentId } = await givenPayment(stripe);
    await expect(stripe.paymentIntents.cancel(intentId)).rejects.toMatchObject({ statusCode: 400 });
  });

  it.each<[string, object, string]>([
    ['a list of payment methods', { payment_method_types: ['card'] }, 'payment_method_types'],
    ['nothing to pay', { amount: 0 }, 'amount'],
    ['too little', { amount: 49 }, 'amount'],
    ['a currency that is none', { currency: 'gold' }, 'currency'],
    ['an unknown customer', { customer: 'cus_none' }, 'customer'],
    ['no way back', { confirm: true, payment_method: 'pm_card_visa' }, 'return_url'],
    ['an unknown payment method', { confirm: true, return_url: backAt, payment_method: 'pm_none' }, 'payment_method'],
    ['off session, but not now', { off_session: true }, 'off_session'],
    ['a capture by hand', { capture_method: 'manual' }, 'capture_method'],
  ])('is refused with %s', async (_, params, param) => {
    expect(await errorOf(givenIntent(params))).toMatchObject({ statusCode: 400, param });
  });

  it('needs no way back when nothing can lead away', async () => {
    const automatic_payment_methods = { enabled: true, allow_redirects: 'never' as const };
    const paid = await givenIntent({ payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods });
    expect(paid.status).toBe('succeeded');
  });
});

describe('the card form', () => {
  it('pays an intent and leads back, with a decline in between', async () => {
    const intent = await givenIntent({ description: 'Twelve credits', metadata: { order: 'ord_7' } });
    const page = await fetch(formUrl(intent));
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toContain('https://shop.test');
    expect(await page.text()).toContain('Pay $10.00');
    const declined = await fillIn(formUrl(intent), { cardNumber: cards.declined });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');

    const paid = await fillIn(formUrl(intent));
    expect(paid.status).toBe(303);
    const location = new URL(String(paid.headers.get('location')));
    expect(Object.fromEntries(location.searchParams)).toEqual({
      order: '7',
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
    expect((await given.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('takes 3-D Secure, and another try on the same page', async () => {
    const intent = await givenIntent();
    const sent = await fillIn(formUrl(intent), { cardNumber: cards.challenged });
    const body = new URLSearchParams({ outcome: 'fail' });
    const back = await fetch(String(sent.headers.get('location')), { method: 'POST', redirect: 'manual', body });
    const page = await (await fetch(String(back.headers.get('location')))).text();
    expect(page).toContain('We are unable to authenticate your payment method.');
    expect((await fillIn(formUrl(intent))).status).toBe(303);
    expect((await given.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('charges once however often it is submitted at once', async () => {
    const intent = await givenIntent();
    const answers = await Promise.all(Array.from({ length: 5 }, () => fillIn(formUrl(intent))));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(303));
    expect((await given.stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1);
  });

  it('is there for who has the secret alone, and in no log', async () => {
    const lines: string[] = [];
    const logging = await givenSandbox({
      databaseUrl: given.databaseUrl,
      log: (line) => lines.push(JSON.stringify(line)),
    });
    const intent = await givenIntent();
    const at = `${logging.sandbox.url}/elements/`;
    expect((await fetch(`${at}${intent.client_secret}`)).status).toBe(200);
    expect((await fillIn(`${at}${intent.client_secret}`)).status).toBe(200);
    expect((await fetch(`${at}${intent.id}`)).status).toBe(404);
    expect((await fetch(`${at}${intent.id}_secret_guessed`)).status).toBe(404);
    await logging.stripe.paymentIntents.retrieve(intent.id);
    await logging.sandbox.close();
    expect(lines.join('\n')).not.toContain('_secret_');
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe('what is said of a card and of an intent', () => {
  it('names all that Stripe names of a charged card, as far as the SDK has it', async () => {
    const { stripe } = given;
    const { id: customer } = await stripe.customers.create({});
    const { id: payment_method } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer,
      payment_method,
      confirm: true,
      return_url: 'https://shop.test/thanks',
      expand: ['latest_charge'],
    });
    expect((intent.latest_charge as Stripe.Charge).payment_method_details?.card).toMatchObject({
      extended_authorization: { status: 'disabled' },
      incremental_authorization: { status: 'unavailable' },
      multicapture: { status: 'unavailable' },
      network_token: { used: false },
      overcapture: { maximum_amount_capturable: 1000, status: 'unavailable' },
    });
  });

  it.each(['paymentIntents', 'setupIntents'] as const)('of %s speaks of itself', async (kind) => {
    const { stripe } = given;
    const amount = kind === 'paymentIntents' ? { amount: 1000, currency: 'usd' } : {};
    const { id } = await stripe[kind].create({ ...amount, payment_method: 'pm_card_visa' } as never);
    const other = kind === 'paymentIntents' ? 'This SetupIntent' : 'This PaymentIntent';
    const { message } = await errorOf(stripe[kind].confirm(id));
    await stripe[kind].cancel(id);
    const later = await errorOf(stripe[kind].confirm(id, { return_url: backAt }));
    for (const text of [message, later.message])
      expect([text.includes(other), text]).toEqual([false, expect.stringContaining('Intent')]);
  });
});
