import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { cards, givenPayment, moneyIsBooked, useSandbox } from '../support/given.js';

const given = useSandbox();
beforeEach(() => given.control('/_sandbox/reset', {}));

/** A payment that its card disputes. */
async function givenDispute(cardNumber = cards.disputed): Promise<{ dispute: Stripe.Dispute; intentId: string }> {
  const { intentId } = await givenPayment(given.stripe, cardNumber);
  const [dispute] = (await given.stripe.disputes.list({ payment_intent: intentId })).data;
  if (dispute === undefined) throw new Error('nobody disputes it');
  return { dispute, intentId };
}

/** A dispute that somebody makes by hand. */
async function open(body: object): Promise<Stripe.Dispute> {
  const answer = await given.control('/_sandbox/disputes', body);
  if (answer.status !== 200) throw new Error(String(answer.body.error));
  return answer.body as unknown as Stripe.Dispute;
}

const close = (id: string, outcome: 'won' | 'lost') => given.control(`/_sandbox/disputes/${id}/close`, { outcome });

/** The types of what happened, latest last. */
async function happened(...types: string[]): Promise<string[]> {
  const { data } = await given.stripe.events.list({ types, limit: 100 });
  return data.map((event) => event.type).reverse();
}

const settled = (id: string, status: string) =>
  eventually(
    () => given.stripe.disputes.retrieve(id),
    (dispute) => dispute.status === status,
  );

const chargeOf = ({ charge }: Stripe.Dispute) => given.stripe.charges.retrieve(String(charge));

describe('a disputed payment', () => {
  it.each([
    [cards.disputed, 'fraudulent', '10.4'],
    [cards.notReceived, 'product_not_received', '13.1'],
  ])('with %s is %s, and its money is withdrawn with a fee', async (cardNumber, reason, network_reason_code) => {
    const { dispute, intentId } = await givenDispute(cardNumber);
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 1000,
      currency: 'usd',
      reason,
      status: 'needs_response',
      payment_intent: intentId,
      is_charge_refundable: false,
      evidence_details: { has_evidence: false, past_due: false, submission_count: 0 },
      payment_method_details: { type: 'card', card: { brand: 'visa', case_type: 'chargeback', network_reason_code } },
    });
    const dueBy = new Date((dispute.evidence_details.due_by ?? 0) * 1000).toISOString();
    expect(dueBy).toMatch(/T23:59:59/);
    expect(dispute.balance_transactions).toMatchObject([
      { amount: -1000, fee: 1500, net: -2500, type: 'adjustment', reporting_category: 'dispute', source: dispute.id },
    ]);
    expect((await given.stripe.balance.retrieve()).available).toMatchObject([{ amount: -2500 }]);
    expect(await chargeOf(dispute)).toMatchObject({ disputed: true, amount_refunded: 0 });
    expect(await happened('charge.*', 'payment_intent.succeeded')).toEqual([
      'charge.succeeded',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'payment_intent.succeeded',
    ]);
  });

  it('cannot be refunded while the bank has the money, nor when it keeps it', async () => {
    const { dispute, intentId } = await givenDispute();
    const refused = { code: 'charge_disputed', statusCode: 400 };
    await expect(given.stripe.refunds.create({ payment_intent: intentId, amount: 100 })).rejects.toMatchObject(refused);
    await close(dispute.id, 'lost');
    await expect(given.stripe.refunds.create({ payment_intent: intentId })).rejects.toMatchObject(refused);
  });

  it('that is won has its money back, without the fee, and can be refunded', async () => {
    const { dispute, intentId } = await givenDispute();
    expect((await close(dispute.id, 'won')).body).toMatchObject({ status: 'won', is_charge_refundable: true });
    const won = await given.stripe.disputes.retrieve(dispute.id);
    expect(won.balance_transactions).toMatchObject([
      { amount: -1000, net: -2500 },
      { amount: 1000, fee: 0, net: 1000, reporting_category: 'dispute_reversal' },
    ]);
    expect(await happened('charge.dispute.*')).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ]);
    expect(await chargeOf(dispute)).toMatchObject({ disputed: true });
    expect(await given.stripe.refunds.create({ payment_intent: intentId })).toMatchObject({ amount: 1000 });
  });

  it('that is accepted is lost, and closed for good', async () => {
    const { dispute } = await givenDispute();
    expect(await given.stripe.disputes.close(dispute.id)).toMatchObject({ status: 'lost' });
    const closed = { message: 'This dispute is already closed', statusCode: 400 };
    await expect(given.stripe.disputes.close(dispute.id)).rejects.toMatchObject(closed);
    await expect(given.stripe.disputes.update(dispute.id, { metadata: { a: 'b' } })).rejects.toMatchObject(closed);
    expect(await close(dispute.id, 'won')).toMatchObject({ status: 400, body: { error: closed.message } });
    const [event] = (await given.stripe.events.list({ type: 'charge.dispute.closed' })).data;
    expect(event?.data.previous_attributes).toEqual({ status: 'needs_response' });
  });
});

describe('evidence', () => {
  it('is kept, then handed in, once', async () => {
    const { dispute } = await givenDispute();
    const kept = await given.stripe.disputes.update(dispute.id, {
      evidence: { product_description: 'Twelve credits' },
      submit: false,
      metadata: { handled_by: 'ann' },
    });
    expect(kept).toMatchObject({
      status: 'needs_response',
      metadata: { handled_by: 'ann' },
      evidence_details: { has_evidence: true, submission_count: 0, submission_method: 'not_submitted' },
    });
    const sent = await given.stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Ann' }, submit: true });
    expect(sent).toMatchObject({
      status: 'under_review',
      evidence: { product_description: 'Twelve credits', customer_name: 'Ann' },
      evidence_details: { submission_count: 1, submission_method: 'manual' },
    });
    await expect(
      given.stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Bob' } }),
    ).rejects.toMatchObject({ statusCode: 400 });
    expect(await given.stripe.disputes.update(dispute.id, { metadata: { seen: '1' } })).toMatchObject({
      status: 'under_review',
    });
    expect(await happened('charge.dispute.updated')).toHaveLength(3);
  });

  it.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
  ])('of the words %s makes it %s after a while', async (uncategorized_text, outcome) => {
    const { dispute } = await givenDispute();
    const sent = await given.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text } });
    expect(sent.status).toBe('under_review');
    expect((await settled(dispute.id, outcome)).status).toBe(outcome);
  });

  it('may be long, but not endless', async () => {
    const { dispute } = await givenDispute();
    const tell = (length: number) =>
      given.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'x'.repeat(length) }, submit: false });
    await expect(tell(20_001)).rejects.toMatchObject({ code: 'parameter_invalid_string_too_long' });
    expect((await tell(20_000)).evidence.uncategorized_text).toHaveLength(20_000);
  });

  it('that is a file is refused, since there are none here', async () => {
    const { dispute } = await givenDispute();
    await expect(given.stripe.disputes.update(dispute.id, { evidence: { receipt: 'file_1' } })).rejects.toMatchObject({
      code: 'sandbox_unsupported',
      param: 'evidence[receipt]',
    });
  });
});

describe('an inquiry', () => {
  it('moves no money, and does not stand in the way of a refund', async () => {
    const { dispute, intentId } = await givenDispute(cards.inquiry);
    expect(dispute).toMatchObject({
      status: 'warning_needs_response',
      balance_transactions: [],
      is_charge_refundable: true,
      payment_method_details: { card: { case_type: 'inquiry' } },
    });
    expect(await happened('charge.dispute.*')).toEqual(['charge.dispute.created']);
    await moneyIsBooked(given);
    expect((await given.stripe.balance.retrieve()).available).toMatchObject([{ amount: 941 }]);
    await given.stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    expect((await given.stripe.disputes.retrieve(dispute.id)).status).toBe('warning_needs_response');
    await given.stripe.refunds.create({ payment_intent: intentId });
    expect((await given.stripe.disputes.retrieve(dispute.id)).status).toBe('warning_closed');
  });

  it.each(['won', 'lost'] as const)('that ends %s is closed without more', async (outcome) => {
    const { dispute } = await givenDispute(cards.inquiry);
    expect((await close(dispute.id, outcome)).body).toMatchObject({ status: 'warning_closed' });
    expect(await happened('charge.dispute.*')).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
  });

  it('that is escalated takes what is left after a refund', async () => {
    const { dispute, intentId } = await givenDispute(cards.inquiry);
    await given.stripe.refunds.create({ payment_intent: intentId, amount: 300 });
    const escalated = await given.control(`/_sandbox/disputes/${dispute.id}/escalate`, {});
    expect(escalated.body).toMatchObject({
      id: dispute.id,
      amount: 700,
      status: 'needs_response',
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback' } },
      balance_transactions: [{ amount: -700 }],
    });
    expect(await happened('charge.dispute.*')).toEqual([
      'charge.dispute.created',
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
    ]);
    expect((await given.control(`/_sandbox/disputes/${dispute.id}/escalate`, {})).status).toBe(400);
  });

  it('is escalated by the words for it, after an answer', async () => {
    const { dispute } = await givenDispute(cards.inquiry);
    const sent = await given.stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'escalate_inquiry_evidence' },
    });
    expect(sent.status).toBe('warning_under_review');
    const chargeback = await settled(dispute.id, 'needs_response');
    expect(chargeback.balance_transactions).toMatchObject([{ amount: -1000 }]);
    const defended = { evidence: { uncategorized_text: 'We did send it.' } };
    expect((await given.stripe.disputes.update(dispute.id, defended)).status).toBe('under_review');
  });
});

describe('disputes made by hand', () => {
  it('may be several on one charge, and never more than is left of it', async () => {
    const { intentId } = await givenPayment(given.stripe);
    await given.stripe.refunds.create({ payment_intent: intentId, amount: 200 });
    const first = await open({ paymentIntent: intentId, amount: 300, reason: 'duplicate' });
    expect(first).toMatchObject({ amount: 300, reason: 'duplicate', payment_intent: intentId });
    await expect(open({ charge: first.charge, amount: 501 })).rejects.toThrow('only 500');
    const second = await open({ charge: first.charge });
    expect(second.amount).toBe(500);
    await expect(open({ charge: first.charge })).rejects.toThrow('only 0');
    const listed = await given.stripe.disputes.list({ charge: String(first.charge) });
    expect(listed.data.map((dispute) => dispute.id)).toEqual([second.id, first.id]);
    await close(second.id, 'won');
    await close(first.id, 'lost');
    expect(await given.stripe.refunds.create({ payment_intent: intentId, amount: 500 })).toMatchObject({ amount: 500 });
    await expect(given.stripe.refunds.create({ payment_intent: intentId })).rejects.toMatchObject({
      code: 'charge_disputed',
    });
  });

  it('and refunds, however many at once, never take more than was charged', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    await given.control('/_sandbox/refunds/course', { paymentIntent: intentId, course: 'waits' });
    const first = await stripe.refunds.create({ payment_intent: intentId, amount: 100 });
    const asked = Array.from({ length: 6 }, () => [
      stripe.refunds.create({ payment_intent: intentId, amount: 300 }),
      open({ paymentIntent: intentId, amount: 300 }),
      given.control(`/_sandbox/refunds/${first.id}/settle`, { outcome: 'failed' }),
    ]);
    await Promise.allSettled(asked.flat());
    const disputes = (await stripe.disputes.list({ payment_intent: intentId })).data;
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect(disputes.length).toBeGreaterThan(0);
    // What was on its way has failed, so that the disputes have all of it that they could.
    expect(charge?.amount_refunded).toBe(0);
    expect(disputes.map(({ amount }) => amount)).toEqual([300, 300, 300]);
    await moneyIsBooked(given);
    const moved = (await stripe.balanceTransactions.list({ limit: 100 })).data;
    expect(moved.reduce((sum, { amount }) => sum + amount, 0)).toBe(100);
  });

  it('may not name the payment intent', async () => {
    const { intentId } = await givenPayment(given.stripe);
    const dispute = await open({ paymentIntent: intentId, withoutIntent: true });
    expect(dispute.payment_intent).toBeNull();
    expect((await given.stripe.disputes.list({ payment_intent: intentId })).data).toEqual([]);
    const { data } = await given.stripe.disputes.list({ charge: String(dispute.charge), expand: ['data.charge'] });
    expect(data).toMatchObject([{ id: dispute.id, charge: { payment_intent: intentId } }]);
  });

  it('end a refund that is still on its way', async () => {
    const { intentId } = await givenPayment(given.stripe, cards.slowRefund);
    const refund = await given.stripe.refunds.create({ payment_intent: intentId, amount: 400 });
    expect(refund.status).toBe('pending');
    expect((await open({ paymentIntent: intentId })).amount).toBe(1000);
    expect(await given.stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'charge_for_pending_refund_disputed',
    });
    expect((await given.stripe.charges.list({ payment_intent: intentId })).data).toMatchObject([
      { amount_refunded: 0, disputed: true },
    ]);
  });

  it('are listed by when they were made', async () => {
    const { dispute } = await givenDispute();
    expect((await given.stripe.disputes.list({ created: { gte: dispute.created } })).data).toHaveLength(1);
    expect((await given.stripe.disputes.list({ created: { gt: dispute.created } })).data).toHaveLength(0);
  });

  it.each([
    [{}],
    [{ charge: 'ch_none' }],
    [{ paymentIntent: 'pi_none' }],
    [{ charge: 'ch_none', paymentIntent: 'pi_none' }],
    [{ charge: 'ch_none', reason: 'boredom' }],
  ])('are refused for %j', async (body) => {
    expect((await given.control('/_sandbox/disputes', body)).status).toBe(400);
  });
});
