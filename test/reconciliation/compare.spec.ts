import { compareDispute } from '../../src/reconciliation/compare/compare-dispute.js';
import { type BookedInvoice, compareInvoice } from '../../src/reconciliation/compare/compare-invoice.js';
import { type BookedPayment, comparePayment } from '../../src/reconciliation/compare/compare-payment.js';
import { type BookedRefund, compareRefund } from '../../src/reconciliation/compare/compare-refund.js';
import { type BookedSubscription, compareSubscription } from '../../src/reconciliation/compare/compare-subscription.js';
import type { ListedInvoice } from '../../src/stripe/listings/listed-invoices.js';
import type { ListedSubscription } from '../../src/stripe/listings/listed-subscriptions.js';
import type { ListedDispute, ListedPayment, ListedRefund } from '../../src/stripe/objects/listed-objects.js';

const OURS = { orderId: 'ord_1', paymentLinkId: null };
const OF_A_LINK = { orderId: null, paymentLinkId: 'lnk_1' };

const verdict = (difference: { kind: string; repair: string } | undefined) =>
  difference === undefined ? 'agree' : `${difference.kind}, ${difference.repair}`;

describe('a payment on both sides', () => {
  const paid: ListedPayment = {
    stripeId: 'pi_1',
    stripePaymentIntentId: 'pi_1',
    marker: OURS,
    isPaid: true,
    status: 'succeeded',
    chargedMinor: 1000n,
    currency: 'usd',
  };
  const unpaid: ListedPayment = { ...paid, isPaid: false, status: 'processing', chargedMinor: 0n };
  const nothing: BookedPayment = {
    orderId: null,
    accountId: null,
    orderStatus: null,
    chargedMinor: null,
    currency: null,
    fulfilledBy: null,
    hasCredits: false,
    hasGrant: false,
    isInParts: false,
    ofNobody: null,
  };
  const pending: BookedPayment = {
    ...nothing,
    orderId: 'ord_1',
    accountId: 'ada',
    orderStatus: 'pending',
    hasCredits: true,
  };
  const credited: BookedPayment = {
    ...pending,
    orderStatus: 'fulfilled',
    chargedMinor: 1000n,
    currency: 'usd',
    fulfilledBy: 'pi_1',
    hasGrant: true,
  };

  it.each<[string, ListedPayment | null, BookedPayment, string]>([
    ['paid and credited', paid, credited, 'agree'],
    ['paid, order pending', paid, pending, 'paid_not_credited, credit'],
    ['paid, order fulfilled and its grant gone', paid, { ...credited, hasGrant: false }, 'paid_not_credited, credit'],
    ['paid for a feature, order fulfilled', paid, { ...credited, hasCredits: false, hasGrant: false }, 'agree'],
    ['paid on a link that made no order', { ...paid, marker: OF_A_LINK }, nothing, 'paid_not_credited, credit'],
    [
      'paid on a link for nobody',
      { ...paid, marker: OF_A_LINK },
      { ...nothing, ofNobody: { stripeCustomerId: 'cus_1', reference: null } },
      'paid_not_credited, none',
    ],
    ['paid for an order of other books', paid, nothing, 'paid_not_credited, none'],
    [
      'paid for an order that is paid',
      paid,
      { ...credited, fulfilledBy: 'pi_0', hasGrant: false },
      'paid_not_credited, none',
    ],
    ['paid to somebody else', { ...paid, marker: null }, nothing, 'agree'],
    ['paid for a grant without an order', { ...paid, marker: null }, { ...nothing, hasGrant: true }, 'agree'],
    ['paid, another amount', paid, { ...credited, chargedMinor: 999n }, 'amount_differs, none'],
    ['paid in parts, of which this is one', paid, { ...credited, chargedMinor: 1500n, isInParts: true }, 'agree'],
    ['paid, another currency', paid, { ...credited, currency: 'eur' }, 'amount_differs, none'],
    ['not paid, order pending', unpaid, pending, 'agree'],
    ['not paid, and credited', unpaid, credited, 'credited_not_paid, none'],
    ['not paid, and a grant', unpaid, { ...nothing, hasGrant: true }, 'credited_not_paid, none'],
    ['not paid, order fulfilled without a grant', unpaid, { ...credited, hasGrant: false }, 'credited_not_paid, none'],
    ['unknown to Stripe, and credited', null, credited, 'credited_not_paid, none'],
    ['unknown to both', null, nothing, 'agree'],
  ])('%s', (_what, listed, booked, expected) => {
    expect(verdict(comparePayment('pi_1', listed, booked))).toBe(expected);
  });
});

describe('an invoice on both sides', () => {
  const paid: ListedInvoice = {
    stripeId: 'in_1',
    stripeSubscriptionId: 'sub_1',
    stripeCustomerId: 'cus_1',
    plan: 'basic-monthly',
    stripeProductId: 'scrip_basic-monthly',
    paidAt: new Date(),
    reason: 'cycle',
    isPaid: true,
    status: 'paid',
    chargedMinor: 1500n,
    currency: 'usd',
    stripePaymentIntentId: 'pi_1',
  };
  const free: ListedInvoice = { ...paid, chargedMinor: 0n, stripePaymentIntentId: null };
  const open: ListedInvoice = { ...free, isPaid: false, status: 'open' };
  const unheard: BookedInvoice = {
    orderId: null,
    accountId: 'ada',
    orderStatus: null,
    chargedMinor: null,
    currency: null,
    hasPayment: false,
    givesCredits: true,
    isOverdue: false,
  };
  const granted: BookedInvoice = {
    ...unheard,
    orderId: 'ord_1',
    orderStatus: 'fulfilled',
    chargedMinor: 1500n,
    currency: 'usd',
    hasPayment: true,
  };
  const elsewhere: BookedInvoice = { ...granted, hasPayment: false };

  it.each<[string, ListedInvoice | null, BookedInvoice, string]>([
    ['paid and granted', paid, granted, 'agree'],
    ['paid and unheard', paid, unheard, 'paid_not_credited, credit'],
    [
      'paid and recorded, and a day late with what it gives',
      paid,
      { ...granted, isOverdue: true },
      'paid_not_credited, credit',
    ],
    ['paid by somebody who is no account here', paid, { ...unheard, accountId: null }, 'agree'],
    ['paid for a plan without credits', paid, { ...unheard, givesCredits: false }, 'paid_not_credited, credit'],
    ['free for a period that gives credits', free, unheard, 'paid_not_credited, credit'],
    ['free for a period that gives none', free, { ...unheard, givesCredits: false }, 'agree'],
    [
      'free and the first',
      { ...free, reason: 'create' },
      { ...unheard, givesCredits: false },
      'paid_not_credited, credit',
    ],
    ['free for a change of plan', { ...free, reason: 'update' }, unheard, 'agree'],
    ['paid for a change of plan', { ...paid, reason: 'update' }, unheard, 'paid_not_credited, credit'],
    ['paid for something else', { ...paid, reason: 'other' }, unheard, 'agree'],
    ['paid elsewhere, another amount', paid, { ...elsewhere, chargedMinor: 1n }, 'amount_differs, none'],
    ['another amount with a payment, which is compared itself', paid, { ...granted, chargedMinor: 1n }, 'agree'],
    ['open and unheard', open, unheard, 'agree'],
    ['open, and granted', open, elsewhere, 'credited_not_paid, none'],
    ['open, and granted for a payment, which is compared itself', open, granted, 'agree'],
    ['unknown to Stripe, and granted', null, elsewhere, 'credited_not_paid, none'],
    ['unknown to both', null, { ...unheard, accountId: null }, 'agree'],
  ])('%s', (_what, listed, booked, expected) => {
    expect(verdict(compareInvoice('in_1', listed, booked))).toBe(expected);
  });
});

describe('a refund on both sides', () => {
  const succeeded: ListedRefund = {
    stripeRefundId: 're_1',
    refundId: null,
    amountMinor: 500n,
    currency: 'usd',
    status: 'succeeded',
    failureReason: null,
    stripePaymentIntentId: 'pi_1',
    marker: OURS,
  };
  const withStatus = (status: ListedRefund['status']): ListedRefund => ({ ...succeeded, status });
  const nothing: BookedRefund = {
    refundId: null,
    status: null,
    amountMinor: null,
    currency: null,
    unusedOnly: false,
    counted: false,
    orderId: null,
    accountId: null,
    isFulfilled: false,
  };
  const ordered: BookedRefund = { ...nothing, orderId: 'ord_1', accountId: 'ada', isFulfilled: true };
  const reversed: BookedRefund = {
    ...ordered,
    refundId: 'rfd_1',
    status: 'succeeded',
    amountMinor: 500n,
    currency: 'usd',
    counted: true,
  };
  const early: BookedRefund = { ...reversed, status: 'pending', unusedOnly: true };

  it.each<[string, ListedRefund | null, BookedRefund, string]>([
    ['refunded and reversed', succeeded, reversed, 'agree'],
    ['refunded, and not known', succeeded, ordered, 'refunded_not_reversed, reverse'],
    [
      'refunded, and known as pending',
      succeeded,
      { ...reversed, status: 'pending', counted: false },
      'refunded_not_reversed, reverse',
    ],
    [
      'refunded, and its credits not taken',
      succeeded,
      { ...reversed, counted: false },
      'refunded_not_reversed, reverse',
    ],
    ['refunded before anything was given', succeeded, { ...reversed, counted: false, isFulfilled: false }, 'agree'],
    ['refunded of an order of other books', succeeded, nothing, 'agree'],
    [
      'refunded of a link that made no order',
      { ...succeeded, marker: OF_A_LINK },
      nothing,
      'refunded_not_reversed, reverse',
    ],
    ['refunded, another amount', succeeded, { ...reversed, amountMinor: 400n }, 'amount_differs, settle'],
    ['on its way, and not known', withStatus('pending'), ordered, 'agree'],
    ['on its way, and reversed', withStatus('pending'), reversed, 'reversed_not_refunded, reinstate'],
    ['on its way, its credits taken first', withStatus('pending'), early, 'agree'],
    [
      'on its way, its credits to be taken first',
      withStatus('pending'),
      { ...early, counted: false },
      'refunded_not_reversed, reverse',
    ],
    ['failed, and reversed', withStatus('failed'), reversed, 'reversed_not_refunded, reinstate'],
    ['failed, its credits taken first', withStatus('failed'), early, 'reversed_not_refunded, reinstate'],
    ['canceled, and not reversed', withStatus('canceled'), { ...reversed, counted: false }, 'agree'],
    ['unknown to Stripe, and reversed', null, reversed, 'reversed_not_refunded, none'],
    ['unknown to Stripe, and not reversed', null, { ...reversed, counted: false }, 'agree'],
  ])('%s', (_what, listed, booked, expected) => {
    expect(verdict(compareRefund('re_1', listed, booked))).toBe(expected);
  });
});

describe('a dispute on both sides', () => {
  const lost: ListedDispute = {
    stripeDisputeId: 'du_1',
    stripeChargeId: 'ch_1',
    stripePaymentIntentId: 'pi_1',
    amountMinor: 1000n,
    currency: 'usd',
    reason: 'fraudulent',
    status: 'lost',
    withdrawnMinor: 1000n,
    reinstatedMinor: 0n,
    evidenceDueBy: null,
    submissions: 0,
    openedAt: new Date(0),
    marker: OURS,
  };
  const won: ListedDispute = { ...lost, status: 'won', reinstatedMinor: 1000n };
  const booked = {
    disputeId: 'dsp_1',
    status: 'lost' as const,
    amountMinor: 1000n,
    currency: 'usd',
    withdrawnMinor: 1000n,
    reinstatedMinor: 0n,
    countedMinor: 1000n,
    orderId: 'ord_1',
    accountId: 'ada',
    isFulfilled: true,
  };
  const unknown = { ...booked, disputeId: null, status: null, amountMinor: null, withdrawnMinor: 0n, countedMinor: 0n };

  it.each([
    ['lost and settled', lost, booked, 'agree'],
    ['not known', lost, unknown, 'dispute_not_reflected, settle'],
    ['of an order of other books', lost, { ...unknown, orderId: null }, 'agree'],
    ['won, and known as lost', won, booked, 'dispute_not_reflected, settle'],
    [
      'won, and its credits still taken',
      won,
      { ...booked, status: 'won' as const, reinstatedMinor: 1000n },
      'dispute_not_reflected, settle',
    ],
    ['lost, and its credits not taken', lost, { ...booked, countedMinor: 0n }, 'dispute_not_reflected, settle'],
    ['lost before anything was given', lost, { ...booked, countedMinor: 0n, isFulfilled: false }, 'agree'],
    ['about another amount', { ...lost, amountMinor: 900n }, booked, 'amount_differs, settle'],
    ['unknown to Stripe, and its credits taken', null, booked, 'reversed_not_refunded, none'],
    [
      'unknown to Stripe, and its credits not taken',
      null,
      { ...booked, countedMinor: 0n },
      'dispute_not_reflected, none',
    ],
  ])('%s', (_what, listed, books, expected) => {
    expect(verdict(compareDispute('du_1', listed, books))).toBe(expected);
  });
});

describe('a subscription on both sides', () => {
  const listed: ListedSubscription = {
    stripeId: 'sub_1',
    stripeCustomerId: 'cus_1',
    status: 'active',
    items: [
      { plan: 'basic', stripeProductId: 'scrip_basic', quantity: 1 },
      { plan: 'not-in-the-catalogue', stripeProductId: 'scrip_not-in-the-catalogue', quantity: 1 },
      { plan: null, stripeProductId: 'prod_of_somebody', quantity: 1 },
    ],
    isCollectionPaused: false,
    cancelAt: null,
  };
  const booked: BookedSubscription = {
    accountId: 'ada',
    status: 'active',
    items: [{ plan: 'basic', quantity: 1 }],
    isCollectionPaused: false,
    cancelAt: null,
    plans: new Set(['basic']),
  };
  const unknown: BookedSubscription = { ...booked, status: null, items: [] };
  const gone: ListedSubscription = { ...listed, items: [] };

  it.each<[string, ListedSubscription | null, BookedSubscription, string]>([
    ['the same', listed, booked, 'agree'],
    ['canceled there', { ...listed, status: 'canceled' }, booked, 'subscription_differs, settle'],
    ['canceled on both, whatever it held', { ...gone, status: 'canceled' }, { ...booked, status: 'canceled' }, 'agree'],
    ['moved to a product of somebody else', gone, booked, 'subscription_differs, settle'],
    [
      'none of it any more, and known to be',
      { ...listed, items: [{ plan: 'basic', stripeProductId: 'scrip_basic', quantity: 0 }] },
      { ...booked, items: [] },
      'agree',
    ],
    ['moved, and known to be', gone, { ...booked, items: [] }, 'agree'],
    [
      'more of it',
      { ...listed, items: [{ plan: 'basic', stripeProductId: 'scrip_basic', quantity: 3 }] },
      booked,
      'subscription_differs, settle',
    ],
    ['paused payments', { ...listed, isCollectionPaused: true }, booked, 'subscription_differs, settle'],
    ['to end', { ...listed, cancelAt: new Date(0) }, booked, 'subscription_differs, settle'],
    ['not known here, and found by its invoice', listed, unknown, 'agree'],
    ['of somebody else', listed, { ...unknown, accountId: null }, 'agree'],
    ['unknown to Stripe', null, booked, 'subscription_differs, none'],
    ['unknown to both', null, unknown, 'agree'],
  ])('%s', (_what, there, here, expected) => {
    expect(verdict(compareSubscription('sub_1', there, here))).toBe(expected);
  });
});
