import { addDays } from '../../kernel/clock.js';
import type { SubscriptionStatus } from '../../stripe/objects/billing-objects.js';

export { SUBSCRIPTION_STATUSES, type SubscriptionStatus } from '../../stripe/objects/billing-objects.js';

/**
 * What a subscription lets its account use. In `grace` a payment has failed and there is still time to make up for it.
 */
export const ACCESS_STATES = ['pending', 'granted', 'grace', 'revoked'] as const;
export type AccessState = (typeof ACCESS_STATES)[number];

/** What access depends on, with the time. */
export interface Standing {
  status: SubscriptionStatus;
  /** Until when a failed payment is waited for; null while none has failed. */
  graceUntil: Date | null;
  /** When it ends, as far as that is known beforehand. */
  cancelAt: Date | null;
  /** Until when it was paid for, once its payments were paused; null where they were not. */
  openUntil: Date | null;
  /** The plans of the catalogue that it holds. */
  items: readonly unknown[];
}

/** Whether a subscription is over for good. One that is `paused` or `unpaid` may come back. */
export function hasEnded(status: SubscriptionStatus): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

/**
 * The access at an instant: grace, a cancellation that was announced, and what was paid for before a pause end by the
 * clock, and need no event. A subscription that holds no plan of the catalogue opens nothing.
 */
export function accessAt({ status, graceUntil, cancelAt, openUntil, items }: Standing, now: Date): AccessState {
  if (items.length === 0) return 'revoked';
  if ([cancelAt, openUntil].some((end) => end !== null && end <= now)) return 'revoked';
  switch (status) {
    case 'active':
    case 'trialing':
      return 'granted';
    case 'past_due':
      return graceUntil !== null && now < graceUntil ? 'grace' : 'revoked';
    case 'incomplete':
      return 'pending';
    case 'unpaid':
    case 'canceled':
    case 'paused':
    case 'incomplete_expired':
      return 'revoked';
  }
}

/** Whether what the plan opens may be used. */
export function isOpen(access: AccessState): boolean {
  return access === 'granted' || access === 'grace';
}

/**
 * Since when a payment is due: what was known stays, so that another failure gives no new grace. Null as soon as the
 * subscription is no longer past due.
 */
export function pastDueSinceOf(
  known: { status: SubscriptionStatus; pastDueSince: Date | null } | undefined,
  fetched: { status: SubscriptionStatus; paymentFailedAt: Date | null; askedAt: Date },
): Date | null {
  if (fetched.status !== 'past_due') return null;
  return known?.pastDueSince ?? fetched.paymentFailedAt ?? fetched.askedAt;
}

/**
 * Until when a subscription is open whose payments are paused, or were: for the time that was paid for. What was not
 * paid for meanwhile stays closed after the pause, until a later time is. Null where nothing was missed.
 */
export function openUntilOf(
  { collectionPaused, openUntil, periodStart, periodEnd, creditsFrom }: PausedStanding,
  paidUntil: Date | null,
): Date | null {
  // What was paid for before it was adopted is not in the books.
  const isFromBefore = creditsFrom !== null && creditsFrom > periodStart;
  const until = paidUntil ?? (isFromBefore ? periodEnd : periodStart);
  if (collectionPaused) return until;
  return openUntil === null || until >= periodEnd ? null : until;
}

interface PausedStanding {
  collectionPaused: boolean;
  /** As it was before. */
  openUntil: Date | null;
  periodStart: Date;
  periodEnd: Date;
  creditsFrom: Date | null;
}

export function graceUntilOf(pastDueSince: Date | null, graceDays: number): Date | null {
  return pastDueSince === null ? null : addDays(pastDueSince, graceDays);
}
