import { useScrip } from '../../support/service/scrip.js';
import {
  closeDispute,
  type DisputeWishes,
  disputePayment,
  escalateInquiry,
  everythingIsHeard,
  refundsWill,
  settleRefund,
  warnOfFraud,
} from '../../support/shop/bank.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  givenCredits,
  orderOf,
  orderReaches,
  payAt,
  refundOf,
  spendOf,
} from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function boughtBy(accountId: string, product = 'basic') {
  const order = await boughtPack(scrip, accountId, product);
  await everythingIsHeard(scrip);
  return order;
}

async function disputed(order: { id: string; paymentIntentId: string }, wishes: DisputeWishes = {}) {
  const { id } = await disputePayment(scrip, order.paymentIntentId, wishes);
  await everythingIsHeard(scrip);
  return id;
}

async function closed(stripeDisputeId: string, outcome: 'won' | 'lost') {
  await closeDispute(scrip, stripeDisputeId, outcome);
  await everythingIsHeard(scrip);
}

async function disputesOf(orderId: string) {
  return (await scrip.call('GET', `/v1/disputes?orderId=${orderId}`)).body.data;
}

/** Why saved cards of the account must not be charged; undefined while they may. */
async function stopOf(accountId: string): Promise<string | undefined> {
  return (await scrip.call('GET', `/v1/accounts/${accountId}`)).body.offSessionStop?.reason;
}

describe('a dispute', () => {
  it('marks order and account, takes the credits back, and is shown', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await givenCredits(scrip, accountId, 5);
    await spendOf(scrip, accountId, 10);
    const stripeDisputeId = await disputed(order);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'disputed',
      disputedMinor: 1000,
      openDisputes: 1,
      refundedMinor: 0,
      reversedCredits: 12,
    });
    expect(await stopOf(accountId)).toBe('dispute');
    expect(await balanceOf(scrip, accountId)).toBe(-5);
    const [dispute] = await disputesOf(order.id);
    expect(dispute).toEqual({
      id: expect.stringMatching(/^dsp_/),
      orderId: order.id,
      accountId,
      amountMinor: 1000,
      currency: 'usd',
      reason: 'fraudulent',
      status: 'needs_response',
      isInquiry: false,
      withdrawnMinor: 1000,
      reinstatedMinor: 0,
      evidenceDueBy: expect.stringMatching(/Z$/),
      evidenceSubmittedAt: null,
      stripeDisputeId,
      openedAt: expect.stringMatching(/Z$/),
      closedAt: null,
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await scrip.call('GET', `/v1/disputes/${dispute.id}`)).body).toEqual(dispute);
    expect((await scrip.call('GET', '/v1/disputes/dsp_none')).body).toMatchObject({
      status: 404,
      type: '/problems/dispute-not-found',
    });
  });

  it('leaves spending open', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await givenCredits(scrip, accountId, 5);
    await disputed(order);
    expect(await stopOf(accountId)).toBe('dispute');
    expect((await spendOf(scrip, accountId, 5)).status).toBe(201);
  });

  it('that is won gives the credits back where they were, and clears the account', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    const stripeDisputeId = await disputed(order);
    await closed(stripeDisputeId, 'won');
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'fulfilled',
      disputedMinor: 0,
      openDisputes: 0,
      reversedCredits: 0,
    });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'dispute_reversal -12', 'reinstatement +12']);
    expect(await stopOf(accountId)).toBeUndefined();
    expect(await disputesOf(order.id)).toMatchObject([
      { status: 'won', withdrawnMinor: 1000, reinstatedMinor: 1000, closedAt: expect.stringMatching(/Z$/) },
    ]);
  });

  it('that is lost stays on order and account', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await closed(await disputed(order), 'lost');
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'disputed', disputedMinor: 1000, openDisputes: 0 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'dispute_reversal -12']);
    expect(await stopOf(accountId)).toBe('dispute');
    expect((await refundOf(scrip, { orderId: order.id })).body).toMatchObject({
      status: 409,
      type: '/problems/refund-exceeds-payment',
      disputedMinor: 1000,
      refundableMinor: 0,
    });
  });

  it('that was won breaks nothing of later refunds (eliza 11155)', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await closed(await disputed(order), 'won');
    await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    expect(await balanceOf(scrip, accountId)).toBe(6);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'partially_refunded', reversedCredits: 6 });
    await refundOf(scrip, { orderId: order.id });
    expect(await balanceOf(scrip, accountId)).toBe(0);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'refunded', reversedCredits: 12 });
  });

  it('that is lost beside a refund of the same charge takes no more than was given', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await refundOf(scrip, { orderId: order.id, amountMinor: 250 });
    await everythingIsHeard(scrip);
    await closed(await disputed(order), 'lost');
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'disputed',
      refundedMinor: 250,
      disputedMinor: 750,
      reversedCredits: 12,
    });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -3', 'dispute_reversal -9']);
  });

  it('fails a refund on its way, which then takes nothing', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await refundsWill(scrip, order.paymentIntentId, 'waits');
    const refund = await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    expect(refund.body).toMatchObject({ status: 'pending' });
    await disputed(order);
    expect((await scrip.call('GET', `/v1/refunds/${refund.body.id}`)).body).toMatchObject({
      status: 'failed',
      failureReason: 'charge_for_pending_refund_disputed',
    });
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'disputed', refundedMinor: 0, reversedCredits: 12 });
  });

  it('is one of several on one charge, and each counts for itself', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    const first = await disputed(order, { amount: 250 });
    const second = await disputed(order, { amount: 500 });
    expect(await orderOf(scrip, order.id)).toMatchObject({ disputedMinor: 750, openDisputes: 2, reversedCredits: 9 });
    await closed(second, 'won');
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'disputed',
      disputedMinor: 250,
      openDisputes: 1,
      reversedCredits: 3,
    });
    expect(await stopOf(accountId)).toBe('dispute');
    await closed(first, 'lost');
    expect(await balanceOf(scrip, accountId)).toBe(9);
    expect(await disputesOf(order.id)).toMatchObject([{ status: 'won' }, { status: 'lost' }]);
    const lost = await scrip.call('GET', `/v1/disputes?accountId=${accountId}&status=lost`);
    expect(lost.body.data).toMatchObject([{ stripeDisputeId: first }]);
  });

  it('that names no payment is found by its charge', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    const stripeDisputeId = await disputed(order, { withoutIntent: true });
    expect((await stripeOf(scrip).disputes.retrieve(stripeDisputeId)).payment_intent).toBeNull();
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'disputed', reversedCredits: 12 });
  });

  it('follows a payment with the card that Stripe has for it', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url, '4000000000000259');
    await orderReaches(scrip, checkout.orderId, 'disputed');
    await everythingIsHeard(scrip);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });
});

describe('an inquiry', () => {
  it('moves nothing, and is over when it is closed', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    const stripeDisputeId = await disputed(order, { inquiry: true });
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', disputedMinor: 0, openDisputes: 1 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect(await stopOf(accountId)).toBe('dispute');
    expect(await disputesOf(order.id)).toMatchObject([{ status: 'warning_needs_response', isInquiry: true }]);
    await closed(stripeDisputeId, 'lost');
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', openDisputes: 0 });
    expect(await stopOf(accountId)).toBeUndefined();
  });

  it('that the bank is not content with becomes a dispute', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    const stripeDisputeId = await disputed(order, { inquiry: true });
    await escalateInquiry(scrip, stripeDisputeId);
    await everythingIsHeard(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'disputed', disputedMinor: 1000 });
    expect(await disputesOf(order.id)).toMatchObject([{ status: 'needs_response', isInquiry: false }]);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('is answered by a refund in full', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await disputed(order, { inquiry: true });
    expect((await refundOf(scrip, { orderId: order.id })).status).toBe(201);
    await everythingIsHeard(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'refunded', openDisputes: 0, reversedCredits: 12 });
    expect(await disputesOf(order.id)).toMatchObject([{ status: 'warning_closed' }]);
  });
});

describe('an early warning of fraud', () => {
  it('stops charging off-session, and moves no credits', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url, '4000000000005423');
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    await everythingIsHeard(scrip);
    expect(await stopOf(accountId)).toBe('fraud_warning');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is cleared when the dispute that follows is won, and not by another order’s', async () => {
    const accountId = await anAccount(scrip);
    const [order, other] = [await boughtBy(accountId), await boughtBy(accountId)];
    await warnOfFraud(scrip, order.paymentIntentId);
    await everythingIsHeard(scrip);
    await closed(await disputed(other), 'won');
    expect(await stopOf(accountId)).toBe('fraud_warning');
    const stripeDisputeId = await disputed(order);
    expect(await stopOf(accountId)).toBe('dispute');
    await closed(stripeDisputeId, 'won');
    expect(await stopOf(accountId)).toBeUndefined();
  });
});

describe('a refund that fails late', () => {
  it('leaves what a dispute took in the meantime', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    await everythingIsHeard(scrip);
    await disputed(order);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      disputedMinor: 500,
      refundedMinor: 500,
      reversedCredits: 12,
    });
    const [refund] = (await stripeOf(scrip).refunds.list({ payment_intent: order.paymentIntentId })).data;
    await settleRefund(scrip, refund?.id ?? '', 'failed');
    await everythingIsHeard(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'disputed',
      disputedMinor: 500,
      refundedMinor: 0,
      reversedCredits: 6,
    });
    expect(await balanceOf(scrip, accountId)).toBe(6);
  });
});
