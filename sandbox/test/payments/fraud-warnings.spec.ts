import { cards, givenPayment, moneyIsBooked, useSandbox } from '../support/given.js';

const given = useSandbox();
beforeEach(() => given.control('/_sandbox/reset', {}));

const warningsOf = async (intentId: string) =>
  (await given.stripe.radar.earlyFraudWarnings.list({ payment_intent: intentId })).data;

describe('an early fraud warning', () => {
  it('comes with its card, and moves no money', async () => {
    const { intentId } = await givenPayment(given.stripe, cards.fraudWarning);
    const [warning] = await warningsOf(intentId);
    expect(warning).toMatchObject({
      object: 'radar.early_fraud_warning',
      actionable: true,
      fraud_type: 'misc',
      livemode: false,
      payment_intent: intentId,
    });
    const [event] = (await given.stripe.events.list({ type: 'radar.early_fraud_warning.created' })).data;
    expect(event?.data.object).toEqual(warning);
    const found = await given.stripe.radar.earlyFraudWarnings.retrieve(String(warning?.id), { expand: ['charge'] });
    expect(found.charge).toMatchObject({ disputed: false, amount_refunded: 0 });
    await moneyIsBooked(given);
    expect((await given.stripe.balance.retrieve()).available).toMatchObject([{ amount: 941 }]);
  });

  it('can no longer be acted on once everything was refunded', async () => {
    const { intentId } = await givenPayment(given.stripe, cards.fraudWarning);
    await given.stripe.refunds.create({ payment_intent: intentId, amount: 999 });
    expect(await warningsOf(intentId)).toMatchObject([{ actionable: true }]);
    await given.stripe.refunds.create({ payment_intent: intentId });
    expect(await warningsOf(intentId)).toMatchObject([{ actionable: false }]);
    const [event] = (await given.stripe.events.list({ type: 'radar.early_fraud_warning.updated' })).data;
    expect(event?.data).toMatchObject({ previous_attributes: { actionable: true } });
  });

  it('can no longer be acted on once the payment is disputed', async () => {
    const { intentId } = await givenPayment(given.stripe, cards.fraudWarning);
    await given.control('/_sandbox/disputes', { paymentIntent: intentId, amount: 1 });
    expect(await warningsOf(intentId)).toMatchObject([{ actionable: false }]);
  });

  it('can be made by hand for any payment', async () => {
    const { intentId } = await givenPayment(given.stripe);
    const fraudType = 'made_with_stolen_card';
    const made = await given.control('/_sandbox/fraud-warnings', { paymentIntent: intentId, fraudType });
    expect(made.body).toMatchObject({ actionable: true, fraud_type: fraudType });
    const charge = made.body.charge;
    await given.control('/_sandbox/fraud-warnings', { charge, actionable: false });
    expect(await warningsOf(intentId)).toMatchObject([{ actionable: false, fraud_type: 'misc' }, { id: made.body.id }]);
    expect((await given.control('/_sandbox/fraud-warnings', { charge: 'ch_none' })).status).toBe(400);
  });
});
