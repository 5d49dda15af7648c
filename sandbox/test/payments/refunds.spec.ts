import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { cards, givenPayment, moneyIsBooked, useSandbox } from '../support/given.js';

const given = useSandbox();

const settle = (id: string, body: object) => given.control(`/_sandbox/refunds/${id}/settle`, body);

describe('refunds', () => {
  it('give back parts, then the rest, and never more than was paid', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const part = await stripe.refunds.create({
      payment_intent: intentId,
      amount: 300,
      reason: 'requested_by_customer',
      metadata: { why: 'test' },
    });
    expect(part).toMatchObject({ object: 'refund', amount: 300, status: 'succeeded', payment_intent: intentId });
    const charge = await stripe.charges.retrieve(String(part.charge));
    expect(charge).toMatchObject({ amount_refunded: 300, refunded: false });
    await expect(stripe.refunds.create({ charge: charge.id, amount: 701 })).rejects.toMatchObject({
      param: 'amount',
      message: 'Refund amount ($7.01) is greater than unrefunded amount on charge ($7.00)',
    });
    expect(await stripe.refunds.create({ charge: charge.id })).toMatchObject({ amount: 700 });
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ amount_refunded: 1000, refunded: true });
    await expect(stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect((await stripe.refunds.list({ charge: charge.id })).data).toHaveLength(2);
    expect(await stripe.refunds.update(part.id, { metadata: { more: '1' } })).toMatchObject({
      metadata: { why: 'test', more: '1' },
    });
    const [event] = (await stripe.events.list({ type: 'charge.refunded', limit: 1 })).data;
    expect(event?.data).toMatchObject({
      object: { id: charge.id },
      previous_attributes: { amount_refunded: 300, refunded: false },
    });
  });

  it('together stay within the charge when they are asked for at once', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const asked = Array.from({ length: 8 }, () => stripe.refunds.create({ payment_intent: intentId, amount: 300 }));
    const results = await Promise.allSettled(asked);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3);
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect(charge?.amount_refunded).toBe(900);
  });

  it('are refused without a payment', async () => {
    await expect(given.stripe.refunds.create({})).rejects.toMatchObject({ code: 'parameter_missing' });
    await expect(given.stripe.refunds.create({ payment_intent: 'pi_none' })).rejects.toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_intent',
    });
    const { intentId } = await givenPayment(given.stripe);
    await expect(given.stripe.refunds.create({ payment_intent: intentId, amount: 0 })).rejects.toMatchObject({
      code: 'parameter_invalid_integer',
    });
  });

  it('to a slow card are pending, then succeed', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe, cards.slowRefund);
    const refund = await stripe.refunds.create({ payment_intent: intentId });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await expect(stripe.refunds.create({ payment_intent: intentId })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    await eventually(
      () => stripe.refunds.retrieve(refund.id),
      ({ status }) => status === 'succeeded',
    );
    const [event] = (await stripe.events.list({ type: 'refund.updated', limit: 1 })).data;
    expect(event?.data).toMatchObject({ object: { id: refund.id }, previous_attributes: { status: 'pending' } });
  });

  it('to a failing card succeed, then fail and can be asked for again', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe, cards.failingRefund);
    const refund = await stripe.refunds.create({ payment_intent: intentId });
    expect(refund.status).toBe('succeeded');
    const failed = await eventually(
      () => stripe.refunds.retrieve(refund.id),
      ({ status }) => status === 'failed',
    );
    expect(failed).toMatchObject({ failure_reason: 'expired_or_canceled_card' });
    const types = (await stripe.events.list({ limit: 5 })).data.map((event) => event.type);
    expect(types).toEqual(expect.arrayContaining(['refund.updated', 'charge.refund.updated', 'refund.failed']));
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect(charge).toMatchObject({ amount_refunded: 0, refunded: false });
    expect((await stripe.refunds.create({ payment_intent: intentId })).status).toBe('succeeded');
  });

  it('take their money out of the balance', async () => {
    const { stripe } = given;
    await given.control('/_sandbox/reset', {});
    const { intentId } = await givenPayment(stripe);
    await moneyIsBooked(given);
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 941, currency: 'usd' }]);
    await stripe.refunds.create({ payment_intent: intentId });
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: -59 }]);
    expect((await stripe.balanceTransactions.list({ type: 'refund' })).data).toMatchObject([{ amount: -1000 }]);
  });

  it('are told of when they are made and when they end, by both of their names', async () => {
    const { stripe } = given;
    await given.control('/_sandbox/reset', {});
    const { intentId } = await givenPayment(stripe);
    const refund = await stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    await settle(refund.id, { outcome: 'failed', failureReason: 'lost_or_stolen_card' });
    const { data } = await stripe.events.list({ types: ['refund.*', 'charge.refund*'], limit: 100 });
    expect(data.map((event) => event.type).reverse()).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'charge.refund.updated',
      'refund.failed',
    ]);
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toMatchObject([
      { type: 'refund_failure', amount: 400, net: 400 },
      { type: 'refund', amount: -400, net: -400 },
    ]);
    const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
      failure_balance_transaction: { amount: 400 },
    });
  });

  it.each([
    ['succeeded', 400],
    ['failed', 0],
    ['canceled', 0],
  ])('that wait can be brought to an end: %s', async (outcome, amount_refunded) => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    await given.control('/_sandbox/refunds/course', { paymentIntent: intentId, course: 'waits' });
    const refund = await stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await expect(stripe.refunds.cancel(refund.id)).rejects.toMatchObject({ statusCode: 400 });
    expect(await settle(refund.id, { outcome })).toMatchObject({ status: 200, body: { status: outcome } });
    const ended = await stripe.refunds.retrieve(refund.id);
    expect(ended.status).toBe(outcome);
    expect(ended.pending_reason).toBeUndefined();
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect(charge?.amount_refunded).toBe(amount_refunded);
    expect((await settle(refund.id, { outcome: 'canceled' })).status).toBe(400);
  });

  it('that wait for somebody can be canceled through the API', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    await given.control('/_sandbox/refunds/course', { paymentIntent: intentId, course: 'requires action' });
    const refund = await stripe.refunds.create({ payment_intent: intentId });
    expect(refund).toMatchObject({
      status: 'requires_action',
      next_action: { display_details: { email_sent: { email_sent_to: 'ann@example.com' } } },
    });
    expect(await stripe.refunds.cancel(refund.id)).toMatchObject({ status: 'canceled' });
    expect((await stripe.refunds.create({ payment_intent: intentId })).amount).toBe(1000);
  });

  it('are listed by payment and by when they were made', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    const { id, created, charge } = await stripe.refunds.create({ payment_intent: intentId });
    const ids = async (params: Stripe.RefundListParams) =>
      (await stripe.refunds.list(params)).data.map((one) => one.id);
    expect(await ids({ charge: String(charge) })).toEqual([id]);
    expect(await ids({ payment_intent: intentId, created: { gte: created } })).toEqual([id]);
    expect(await ids({ payment_intent: intentId, created: { gt: created } })).toEqual([]);
  });
});
