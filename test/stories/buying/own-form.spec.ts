import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import {
  answerBank,
  bankSettles,
  fillIn,
  fillInDebit,
  formOf,
  leadsTo,
  OTHER_CARDS,
} from '../../support/shop/pay-page.js';
import { anAccount, balanceOf, CARDS, entriesOf, orderOf, orderReaches, refundOf } from '../../support/shop/shop.js';
import { deliver, eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '2' });
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

function ask(accountId: string, body: object = {}, idempotencyKey?: string) {
  return scrip.call('POST', '/v1/payment-intents', { accountId, product: 'basic', ...body }, { idempotencyKey });
}

/** An order that is to be paid in a form of the app's own. */
async function anIntent(accountId: string, body: object = {}) {
  const answer = await ask(accountId, body);
  if (answer.status !== 201) throw new Error(`no intent: ${JSON.stringify(answer.body)}`);
  const { orderId, clientSecret } = answer.body;
  const { paymentIntentId } = await orderOf(scrip, orderId);
  return { orderId, paymentIntentId, form: formOf(scrip, clientSecret), clientSecret };
}

describe('a pack sold in a form of the app’s own', () => {
  it('is credited once the form was paid, under the payment that was begun for it', async () => {
    const accountId = await anAccount(scrip);
    const answer = await ask(accountId);
    expect(answer.body).toEqual({
      orderId: expect.stringMatching(/^ord_/),
      returnUrl: expect.stringMatching(/\/checkout\/success\?order=ord_\w+&key=[\w-]{22}$/),
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
    });
    const { orderId, clientSecret } = answer.body;
    const paymentIntentId = clientSecret.split('_secret_')[0];
    expect(await orderOf(scrip, orderId)).toMatchObject({
      status: 'pending',
      paymentIntentId,
      checkoutSessionId: null,
      amountMinor: 1000,
    });

    expect((await fillIn(formOf(scrip, clientSecret))).status).toBeLessThan(400);
    expect(await orderReaches(scrip, orderId, 'fulfilled')).toMatchObject({ credits: 12, amountMinor: 1000 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    expect(body.data).toMatchObject([{ source: { type: 'payment_intent', id: paymentIntentId } }]);
  });

  it('takes quantity and currency, and tells Stripe nothing of the customer but internal ids', async () => {
    const accountId = await anAccount(scrip, 'grace');
    await scrip.call('PUT', '/v1/accounts/grace', { email: 'grace@example.com', name: 'Grace Hopper' });
    const { orderId, paymentIntentId, form } = await anIntent(accountId, { quantity: 3, currency: 'usd' });
    const intent = await stripeOf(scrip).paymentIntents.retrieve(paymentIntentId);
    expect(intent).toMatchObject({
      amount: 3000,
      currency: 'usd',
      receipt_email: 'grace@example.com',
      metadata: { scrip_order_id: orderId },
    });
    expect(JSON.stringify(intent.metadata)).not.toMatch(/grace/i);
    await fillIn(form);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(36);
  });

  it('keeps the secret of the payment nowhere but in the events that Stripe itself writes it into', async () => {
    const { clientSecret } = await anIntent(await anAccount(scrip));
    const tables = await scrip.sql<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'stripe_events'`,
    );
    for (const { name } of tables) {
      const rows = await scrip.sql(`select 1 from ${name} as t where t::text like $1`, [`%${clientSecret}%`]);
      expect([name, rows.length]).toEqual([name, 0]);
    }
  });

  it('shows the secret of the payment to nobody who looks at events', async () => {
    const { clientSecret, paymentIntentId } = await anIntent(await anAccount(scrip));
    const { id } = await eventAbout(scrip, 'payment_intent.created', paymentIntentId);
    const shown = await eventually(
      () => scrip.call('GET', `/v1/stripe-events/${id}`),
      ({ status }) => status === 200,
    );
    expect(shown.body.payload.data.object).toMatchObject({ id: paymentIntentId, client_secret: '[withheld]' });
    expect(JSON.stringify(shown.body)).not.toContain(clientSecret);
  });

  it('fails when it is declined, waits again when it is tried again, and is credited when it succeeds', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, form } = await anIntent(accountId);
    expect((await fillIn(form, { cardNumber: CARDS.noFunds })).status).toBe(402);
    await orderReaches(scrip, orderId, 'failed');

    const challenge = leadsTo(await fillIn(form, { cardNumber: OTHER_CARDS.challenged }));
    await orderReaches(scrip, orderId, 'pending');
    await answerBank(challenge, 'fail');
    await orderReaches(scrip, orderId, 'failed');
    expect(await balanceOf(scrip, accountId)).toBe(0);

    await answerBank(leadsTo(await fillIn(form, { cardNumber: OTHER_CARDS.challenged })), 'complete');
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is with the bank while a debit is underway, and ends as the bank says', async () => {
    const accountId = await anAccount(scrip);
    const [good, bad] = [await anIntent(accountId), await anIntent(accountId)];
    for (const { orderId, form } of [good, bad]) {
      await fillInDebit(form);
      await orderReaches(scrip, orderId, 'processing');
    }
    expect(await balanceOf(scrip, accountId)).toBe(0);
    await bankSettles(scrip, good.paymentIntentId, 'succeeded');
    await bankSettles(scrip, bad.paymentIntentId, 'failed');
    await orderReaches(scrip, good.orderId, 'fulfilled');
    await orderReaches(scrip, bad.orderId, 'failed');
    expect(await balanceOf(scrip, accountId)).toBe(12);

    await fillIn(bad.form);
    await orderReaches(scrip, bad.orderId, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(24);
  });

  it('is canceled with its payment', async () => {
    const { orderId, paymentIntentId } = await anIntent(await anAccount(scrip));
    await stripeOf(scrip).paymentIntents.cancel(paymentIntentId);
    await orderReaches(scrip, orderId, 'canceled');
  });

  it('ends the same however its events come', async () => {
    for (const order of ['created', 'reversed', 'shuffled'] as const) {
      const accountId = await anAccount(scrip);
      await webhooks(scrip, 'hold');
      const [paid, declined] = [await anIntent(accountId), await anIntent(accountId)];
      for (const { form } of [paid, declined]) await fillIn(form, { cardNumber: CARDS.noFunds });
      await fillIn(paid.form);
      await flush(scrip, order, 3);
      await orderReaches(scrip, paid.orderId, 'fulfilled');
      await orderReaches(scrip, declined.orderId, 'failed');
      await inboxIsDrained(scrip);
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    }
  });

  it('is refunded like any other', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, form } = await anIntent(accountId);
    await fillIn(form);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect((await refundOf(scrip, { orderId, amountMinor: 250 })).status).toBe(201);
    await orderReaches(scrip, orderId, 'partially_refunded');
    expect(await balanceOf(scrip, accountId)).toBe(9);
  });

  it('is refused where a page would be, too', async () => {
    const accountId = await anAccount(scrip);
    const typeOf = async (body: object) => (await ask(accountId, body)).body.type;
    expect(await typeOf({ accountId: 'nobody' })).toBe('/problems/account-not-found');
    expect(await typeOf({ product: 'nothing' })).toBe('/problems/product-not-found');
    expect(await typeOf({ product: 'pro-monthly' })).toBe('/problems/product-not-for-sale');
    expect(await typeOf({ currency: 'gbp' })).toBe('/problems/currency-not-offered');
    expect(await typeOf({ quantity: 0 })).toBe('/problems/validation-failed');
    expect(await typeOf({ promotionCodes: true })).toBe('/problems/validation-failed');
    expect(await scrip.sql('select id from orders where account_id = $1', [accountId])).toEqual([]);
  });
});

describe('the idempotency key of a payment', () => {
  it('begins one payment, and answers its secret again', async () => {
    const accountId = await anAccount(scrip);
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(accountId, {}, 'one')));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    const again = await ask(accountId, {}, 'one');
    expect(again.body).toEqual(answers[0]?.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await scrip.sql('select id from orders where account_id = $1', [accountId])).toHaveLength(1);
  });

  it('belongs to the one call: the same key of a checkout is another request', async () => {
    const accountId = await anAccount(scrip);
    await ask(accountId, {}, 'shared');
    const body = { accountId, product: 'basic' };
    const other = await scrip.call('POST', '/v1/checkout-sessions', body, { idempotencyKey: 'shared' });
    expect(other.body).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
  });
});

describe('a payment of other making', () => {
  /** Somebody wrote an order's id into a payment of their own, and paid it. */
  async function paidIntent(orderId: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
    const intent = await stripeOf(scrip).paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      metadata: { scrip_order_id: orderId },
      ...more,
    });
    await fillIn(formOf(scrip, String(intent.client_secret)));
    return intent;
  }

  async function statusOf(event: Stripe.Event, status: string) {
    return eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
      (shown) => shown.status === status,
      30_000,
    );
  }

  it('grants nothing, and must be seen', async () => {
    const accountId = await anAccount(scrip);
    const { orderId } = await anIntent(accountId);
    const { id } = await paidIntent(orderId);
    const shown = await statusOf(await eventAbout(scrip, 'payment_intent.succeeded', id), 'dead');
    expect(shown.lastError).toContain('a page that is not its own');
    expect(await orderOf(scrip, orderId)).toMatchObject({ status: 'pending', grantId: null });
  });

  it.each([
    ['amount', { amount: 50 }],
    ['currency', { currency: 'jpy' }],
  ])('grants nothing once somebody at Stripe has changed its %s, and must be seen', async (_what, change) => {
    const accountId = await anAccount(scrip);
    const { orderId, paymentIntentId, form } = await anIntent(accountId, { product: 'enterprise' });
    await stripeOf(scrip).paymentIntents.update(paymentIntentId, change);
    await fillIn(form);
    const shown = await statusOf(await eventAbout(scrip, 'payment_intent.succeeded', paymentIntentId), 'dead');
    expect(shown.lastError).toContain('was not paid in full');
    expect(await orderOf(scrip, orderId)).toMatchObject({ status: 'pending', grantId: null });
    expect(await entriesOf(scrip, accountId)).toEqual([]);
  });

  it('without our marker is none of our business, as those of subscriptions are', async () => {
    const { id } = await paidIntent('unused', { metadata: {} });
    const event = await eventAbout(scrip, 'payment_intent.succeeded', id);
    await deliver(scrip, event);
    await statusOf(event, 'ignored');
  });

  it('is ours when it was the answer that we never got', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { orderId, paymentIntentId, form } = await anIntent(accountId);
    await scrip.sql('update orders set payment_intent_id = null where id = $1', [orderId]);
    await fillIn(form);
    await deliver(scrip, await eventAbout(scrip, 'payment_intent.succeeded', paymentIntentId));
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await orderOf(scrip, orderId)).toMatchObject({ paymentIntentId });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });
});
