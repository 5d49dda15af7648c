import type Stripe from 'stripe';
import { cards, givenPayment, givenSession, moneyIsBooked, pay, useSandbox } from '../support/given.js';

const given = useSandbox();
beforeEach(() => given.control('/_sandbox/reset', {}));

const movements = async (params: Stripe.BalanceTransactionListParams) =>
  (await given.stripe.balanceTransactions.list(params)).data;

describe('the money of a payment', () => {
  it('is not booked with it but a while later, and the charge is told of anew', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect(charge).toMatchObject({ status: 'succeeded', captured: true, balance_transaction: null });
    expect(await movements({})).toEqual([]);
    const succeeded = (await stripe.events.list({ type: 'charge.succeeded' })).data[0]?.data.object as Stripe.Charge;
    expect([succeeded.id, succeeded.balance_transaction]).toEqual([charge?.id, null]);
    await moneyIsBooked(given);
    const [movement] = await movements({ source: charge?.id });
    const [event, ...more] = (await stripe.events.list({ type: 'charge.updated' })).data;
    expect(more).toEqual([]);
    expect(event?.data).toMatchObject({
      object: { id: charge?.id, balance_transaction: movement?.id },
      previous_attributes: { balance_transaction: null },
    });
  });
});

describe('balance transactions', () => {
  it('tell what every movement was for, and add up to the balance', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const refund = await stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    await given.control(`/_sandbox/refunds/${refund.id}/settle`, { outcome: 'failed' });
    const opened = await given.control('/_sandbox/disputes', { paymentIntent: intentId, amount: 700 });
    await given.control(`/_sandbox/disputes/${opened.body.id}/close`, { outcome: 'won' });
    await moneyIsBooked(given);
    const all = await movements({});
    expect(
      all.map(({ type, reporting_category, amount, fee, net }) => [type, reporting_category, amount, fee, net]),
    ).toEqual([
      ['charge', 'charge', 1000, 59, 941],
      ['adjustment', 'dispute_reversal', 700, 0, 700],
      ['adjustment', 'dispute', -700, 1500, -2200],
      ['refund_failure', 'refund_failure', 400, 0, 400],
      ['refund', 'refund', -400, 0, -400],
    ]);
    const [available] = (await stripe.balance.retrieve()).available;
    expect(available?.amount).toBe(all.reduce((sum, { net }) => sum + net, 0));
  });

  it('are listed by source, type, currency and time', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe, cards.disputed);
    await moneyIsBooked(given);
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    const [dispute] = (await stripe.disputes.list({ charge: charge?.id })).data;
    expect(await movements({ source: charge?.id })).toMatchObject([
      { type: 'charge', id: charge?.balance_transaction },
    ]);
    expect(await movements({ type: 'adjustment' })).toEqual(dispute?.balance_transactions);
    expect(await movements({ source: dispute?.id })).toEqual(dispute?.balance_transactions);
    expect(await movements({ currency: 'eur' })).toEqual([]);
    const booked = (await movements({ source: charge?.id }))[0]?.created ?? 0;
    expect(await movements({ created: { gt: booked } })).toEqual([]);
    expect(await movements({ created: { lt: booked } })).toEqual(dispute?.balance_transactions);
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
    await moneyIsBooked(given);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    await stripe.refunds.create({ payment_intent: String(paid.payment_intent) });
    expect((await movements({})).map(({ description }) => description)).toEqual([
      'REFUND FOR CHARGE (Twelve credits)',
      'Twelve credits',
    ]);
  });
});
