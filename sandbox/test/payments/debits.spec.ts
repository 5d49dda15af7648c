import type Stripe from 'stripe';
import { givenReceiver, givenSession, moneyIsBooked, pay, type Receiver, useSandbox } from '../support/given.js';

const given = useSandbox();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await givenReceiver(given.sandbox.webhookSecret);
  await given.sandbox.deliverTo(receiver.url);
});
afterAll(async () => {
  await receiver.close();
});
beforeEach(() => {
  receiver.events.length = 0;
});

const debit = (session: Stripe.Checkout.Session, bankAccount = 'pays') =>
  pay(session, { paymentMethod: 'bank_debit', bankAccount, cardNumber: '', expiry: '', cvc: '' });

async function debited(bankAccount?: string): Promise<{ session: Stripe.Checkout.Session; intentId: string }> {
  const open = await givenSession(given.stripe);
  const answer = await debit(open, bankAccount);
  if (answer.status !== 303) throw new Error(`not debited: ${answer.status}`);
  const session = await given.stripe.checkout.sessions.retrieve(open.id);
  return { session, intentId: String(session.payment_intent) };
}

const settle = (intentId: string, body: object = {}) => given.control(`/_sandbox/payments/${intentId}/settle`, body);

describe('a bank debit', () => {
  it('completes the session unpaid, and is paid when the bank has answered', async () => {
    const { session, intentId } = await debited();
    expect(session).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    const intent = await given.stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      status: 'processing',
      amount_received: 0,
      latest_charge: { status: 'pending', paid: false, payment_method_details: { us_bank_account: { last4: '6789' } } },
    });
    const balance = await given.stripe.balanceTransactions.list({ limit: 1 });
    expect(balance.data).toEqual([]);
    expect(await (await fetch(`${given.sandbox.url}/c/pay/${session.id}`)).text()).toContain('on its way');

    expect(await settle(intentId)).toMatchObject({ status: 200, body: { settled: true } });
    expect(await given.stripe.paymentIntents.retrieve(intentId)).toMatchObject({
      status: 'succeeded',
      amount_received: 1000,
    });
    const paid = await given.stripe.checkout.sessions.retrieve(session.id);
    expect(paid.payment_status).toBe('paid');
    const types = (await given.stripe.events.list({ limit: 7 })).data.map(({ type }) => type).reverse();
    expect(types).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'checkout.session.completed',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ]);
    expect((await settle(intentId)).status).toBe(400);
    await moneyIsBooked(given);
    expect((await given.stripe.balanceTransactions.list()).data).toMatchObject([{ amount: 1000 }]);
  });

  it.each([
    ['no_funds', {}, 'insufficient_funds'],
    ['closed', {}, 'account_closed'],
    ['pays', { outcome: 'failed' }, 'insufficient_funds'],
  ])('of an account that is %s, told %j, fails with %s', async (account, body, code) => {
    const { session, intentId } = await debited(account);
    await settle(intentId, body);
    const intent = await given.stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code },
      latest_charge: { status: 'failed', paid: false, amount_captured: 0 },
    });
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    });
    const [event] = (await given.stripe.events.list({ type: 'checkout.session.async_payment_failed', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: session.id, payment_status: 'unpaid' });
  });

  it('that would fail can be told to succeed', async () => {
    const { intentId } = await debited('no_funds');
    await settle(intentId, { outcome: 'succeeded' });
    expect((await given.stripe.paymentIntents.retrieve(intentId)).status).toBe('succeeded');
  });

  it('is settled by itself after a while', async () => {
    const { intentId } = await debited();
    await given.control('/_sandbox/clock', { advanceSeconds: 60 });
    expect((await given.stripe.paymentIntents.retrieve(intentId)).status).toBe('succeeded');
  });

  it('is offered where there is one, and where the seller allows it', async () => {
    const pageOf = async (params: Stripe.Checkout.SessionCreateParams) =>
      (await fetch(String((await givenSession(given.stripe, params)).url))).text();
    const yen = [{ quantity: 1, price_data: { currency: 'jpy', unit_amount: 900, product_data: { name: 'Basic' } } }];
    expect(await pageOf({})).toContain('Bank debit');
    expect(await pageOf({ line_items: yen })).not.toContain('Bank debit');
    expect(await pageOf({ allowed_payment_method_types: ['card'] })).not.toContain('Bank debit');
    const cardOnly = await givenSession(given.stripe, { allowed_payment_method_types: ['card'] });
    expect((await debit(cardOnly)).status).toBe(402);
  });
});
