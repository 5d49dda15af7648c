import type { StripeRefund } from '../stripe/stripe-objects.js';
import type { Refund } from './refund.js';
import { laterStatus, type RefundStatus } from './refund-lifecycle.js';

/** What changes in a refund that we know. */
export interface RefundChange {
  id: string;
  status: RefundStatus;
  stripeRefundId: string;
  failureReason: string | null;
}

export interface MatchedRefunds {
  changes: RefundChange[];
  /** Made on Stripe's side. */
  strangers: StripeRefund[];
}

/**
 * Compares what was fetched with what is known. A refund of ours is recognised by its Stripe id, or by our id in its
 * metadata while its Stripe id was not noted yet. A fetched list may be out of date, so nothing is taken back.
 */
export function matchRefunds(known: readonly Refund[], fetched: readonly StripeRefund[]): MatchedRefunds {
  const matched: MatchedRefunds = { changes: [], strangers: [] };
  for (const refund of fetched) {
    const { stripeRefundId } = refund;
    const own =
      known.find((candidate) => candidate.stripeRefundId === stripeRefundId) ??
      known.find((candidate) => candidate.stripeRefundId === null && candidate.id === refund.refundId);
    if (own === undefined) {
      matched.strangers.push(refund);
      continue;
    }
    if (own.stripeRefundId === null) {
      // What we believed of it, also that it was refused, we believed without Stripe's word.
      const { status, failureReason } = refund;
      matched.changes.push({ id: own.id, status, stripeRefundId, failureReason });
      continue;
    }
    const status = laterStatus(own.status, refund.status);
    const failureReason = refund.failureReason ?? own.failureReason;
    if (status !== own.status) matched.changes.push({ id: own.id, status, stripeRefundId, failureReason });
  }
  return matched;
}
