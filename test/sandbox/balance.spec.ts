import type Stripe from 'stripe';
import { cards, type GivenSandbox, givenPayment, givenSandbox, givenSession, pay } from './given.js';

let given: GivenSandbox;
beforeAll(async () => {
  given = await givenSandbox();
});
afterAll(() => given.end());
beforeEach(() => given.control('/_sandbox/reset', {}));

const movements = async (params: Stripe.BalanceTransactionListParams) =>
  (await given.stripe.balanceTransactions.list(params)).data;

describe('balance transactions', () => {
  it('tell what every movement was for, and add up to the balance', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const refund = await stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    await given.control(`/_sandbox/refunds/${refund.id}/settle`, { outcome: 'failed' });
    const opened = await given.control('/_sandbox/disputes', { paymentIntent: intentId, amount: 700 });
    await given.control(`/_sandbox/disputes/${opened.body.id}/close`, { outcome: 'won' });
    const all = await movements({});
    expect(
      all.map(({ type, reporting_category, amount, fee, net }) => [type, reporting_category, amount, fee, net]),
    ).toEqual([
      ['adjustment', 'dispute_reversal', 700, 0, 700],
      ['adjustment', 'dispute', -700, 1500, -2200],
      ['refund_failure', 'refund_failure', 400, 0, 400],
      ['refund', 'refund', -400, 0, -400],
      ['charge', 'charge', 1000, 59, 941],
    ]);
    const [available] = (await stripe.balance.retrieve()).available;
    expect(available?.amount).toBe(all.reduce((sum, { net }) => sum + net, 0));
  });

  it('are listed by source, type, currency and time', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe, cards.disputed);
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    const [dispute] = (await stripe.disputes.list({ charge: charge?.id })).data;
    expect(await movements({ source: charge?.id })).toMatchObject([
      { type: 'charge', id: charge?.balance_transaction },
    ]);
    expect(await movements({ type: 'adjustment' })).toEqual(dispute?.balance_transactions);
    expect(await movements({ source: dispute?.id })).toEqual(dispute?.balance_transactions);
    expect(await movements({ currency: 'eur' })).toEqual([]);
    expect(await movements({ created: { gt: dispute?.created ?? 0 } })).toEqual([]);
    const withdrawn = await stripe.balanceTransactions.retrieve(String(dispute?.balance_transactions[0]?.id), {
      expand: ['source'],
    });
    expect(withdrawn).toMatchObject({
      description: `Chargeback withdrawal for ${charge?.id}`,
      source: { object: 'dispute', id: dispute?.id },
    });
  });

  it('carry the description of their payment', async () => {
    const { stripe } = given;
    const session = await givenSession(stripe, { payment_intent_data: { description: 'Twelve credits' } });
    await pay(session);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    await stripe.refunds.create({ payment_intent: String(paid.payment_intent) });
    expect((await movements({})).map(({ description }) => description)).toEqual([
      'REFUND FOR CHARGE (Twelve credits)',
      'Twelve credits',
    ]);
  });
});
