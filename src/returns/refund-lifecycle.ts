import type { StripeRefundStatus } from '../stripe/objects/sale-objects.js';

/** `requested` is recorded, and not yet known to be at Stripe. The other statuses are Stripe's own. */
export const REFUND_STATUSES = ['requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

const STAGE: Record<RefundStatus, number> = {
  requested: 0,
  pending: 1,
  requires_action: 1,
  succeeded: 2,
  failed: 3,
  canceled: 3,
};

/**
 * The status that counts of the one that is stored and one that was fetched. A refund only moves on, through
 * `succeeded` at most to `failed`, so of two responses that cross on their way the one further on is the later.
 */
export function laterStatus(stored: RefundStatus, fetched: StripeRefundStatus): RefundStatus {
  return STAGE[fetched] >= STAGE[stored] && STAGE[stored] < 3 ? fetched : stored;
}

/** Whether its money is gone or may go: what cannot be refunded a second time. */
export function claimsMoney(status: RefundStatus): boolean {
  return STAGE[status] < 3;
}

/**
 * Whether credits are settled with the refund's money: once it has gone, or from the moment that it was recorded where
 * its credits are taken first.
 */
export function takesCredits({ status, unusedOnly }: { status: RefundStatus; unusedOnly: boolean }): boolean {
  return status === 'succeeded' || (unusedOnly && claimsMoney(status));
}
