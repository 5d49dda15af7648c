import type { StripeRefund } from '../stripe/objects/sale-objects.js';
import type { Refund } from './refund.entity.js';
import { laterStatus, type RefundStatus } from './refund-lifecycle.js';

/** What changes in a refund that is known. */
export interface RefundChange {
  id: string;
  status: RefundStatus;
  amountMinor: bigint;
  stripeRefundId: string;
  failureReason: string | null;
}

export interface MatchedRefunds {
  changes: RefundChange[];
  /** Refunds that nobody asked for here. */
  strangers: StripeRefund[];
}

/**
 * Compares what was fetched with what is known. A refund that was asked for here is recognised by its id at Stripe, or
 * while that was not noted yet by its own id in the metadata. Anybody can copy an id, so only one of those that carry
 * it is the known one. A fetched list may be out of date, so nothing is taken back.
 */
export function matchRefunds(known: readonly Refund[], fetched: readonly StripeRefund[]): MatchedRefunds {
  const matched: MatchedRefunds = { changes: [], strangers: [] };
  const claimed = new Set<string>();
  for (const refund of fetched) {
    const own = known.find((candidate) => isSame(candidate, refund) && !claimed.has(candidate.id));
    if (own === undefined) matched.strangers.push(refund);
    else {
      claimed.add(own.id);
      const change = changeOf(own, refund);
      if (change !== undefined) matched.changes.push(change);
    }
  }
  return matched;
}

function isSame(known: Refund, { stripeRefundId, refundId }: StripeRefund): boolean {
  return known.stripeRefundId === null ? known.id === refundId : known.stripeRefundId === stripeRefundId;
}

/** What Stripe says of a refund counts, also that it is of another amount than was asked for. */
function changeOf(own: Refund, fetched: StripeRefund): RefundChange | undefined {
  const { id } = own;
  const { stripeRefundId, amountMinor } = fetched;
  // Whatever was stored of it, also that it was refused, was stored without Stripe's word.
  if (own.stripeRefundId === null)
    return { id, status: fetched.status, amountMinor, stripeRefundId, failureReason: fetched.failureReason };
  const status = laterStatus(own.status, fetched.status);
  if (status === own.status && amountMinor === own.amountMinor) return undefined;
  return { id, status, amountMinor, stripeRefundId, failureReason: fetched.failureReason ?? own.failureReason };
}
