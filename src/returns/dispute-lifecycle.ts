import { STRIPE_DISPUTE_STATUSES, type StripeDisputeStatus } from '../stripe/objects/sale-objects.js';

/** The statuses of Stripe: what decides a dispute happens there. */
export const DISPUTE_STATUSES = STRIPE_DISPUTE_STATUSES;
export type DisputeStatus = StripeDisputeStatus;

/**
 * The course of a dispute, as far as it goes one way: an inquiry may become a chargeback, and one that is lost be
 * appealed.
 */
const STAGE: Record<DisputeStatus, number> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  warning_closed: 2,
  prevented: 2,
  needs_response: 3,
  under_review: 4,
  lost: 5,
  appeal_needs_response: 6,
  appeal_under_review: 7,
  won: 8,
};

const CLOSED: readonly DisputeStatus[] = ['warning_closed', 'prevented', 'lost', 'won'];
const ANSWERABLE: readonly DisputeStatus[] = ['warning_needs_response', 'needs_response', 'appeal_needs_response'];

/** How a dispute can end without suspicion remaining: after these the account may be charged off-session again. */
export const CLEARED_STATUSES: readonly DisputeStatus[] = ['warning_closed', 'prevented', 'won'];

/** The bank asks, and has taken nothing. */
export function isInquiry(status: DisputeStatus): boolean {
  return status.startsWith('warning_');
}

export function isClosed(status: DisputeStatus): boolean {
  return CLOSED.includes(status);
}

/** Whether the bank waits for evidence. */
export function isAnswerable(status: DisputeStatus): boolean {
  return ANSWERABLE.includes(status);
}

/** What tells two looks at one dispute apart. Money that moved is never unmoved: both sums only grow. */
export interface DisputeCourse {
  status: DisputeStatus;
  withdrawnMinor: bigint;
  reinstatedMinor: bigint;
}

/**
 * Whether what was fetched is older than what is stored: responses can cross on their way. The money decides, since it
 * only moves on; where it is the same, the stage does. An appeal that ends as it began is lost again.
 */
export function isOutOfDate(stored: DisputeCourse, fetched: DisputeCourse): boolean {
  const { withdrawnMinor, reinstatedMinor } = fetched;
  if (withdrawnMinor < stored.withdrawnMinor || reinstatedMinor < stored.reinstatedMinor) return true;
  if (withdrawnMinor > stored.withdrawnMinor || reinstatedMinor > stored.reinstatedMinor) return false;
  const isLostAgain = fetched.status === 'lost' && stored.status.startsWith('appeal_');
  return STAGE[fetched.status] < STAGE[stored.status] && !isLostAgain;
}

/** What a dispute has taken and not given back. */
export function disputedMinorOf({
  withdrawnMinor,
  reinstatedMinor,
}: Pick<DisputeCourse, 'withdrawnMinor' | 'reinstatedMinor'>): bigint {
  return withdrawnMinor > reinstatedMinor ? withdrawnMinor - reinstatedMinor : 0n;
}
