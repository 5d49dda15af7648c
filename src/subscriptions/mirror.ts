import type { StripeSubscription } from '../stripe/billing-objects.js';
import { type AccessState, accessAt, graceUntilOf, pastDueSinceOf } from './access.js';
import type { Subscription } from './subscription.js';

/** What follows for us from a subscription as fetched, apart from what is Stripe's own. */
export type Mirror = Pick<Subscription, 'pastDueSince' | 'graceUntil' | 'pendingPlan' | 'pendingPlanAt'> & {
  accessState: AccessState;
};

/** Brings what is known up to what was fetched. Pure. */
export function mirrorOf(
  known: Pick<Subscription, 'status' | 'pastDueSince'> | undefined,
  fetched: StripeSubscription,
  { graceDays, now }: { graceDays: number; now: Date },
): Mirror {
  const pastDueSince = pastDueSinceOf(known, fetched);
  const graceUntil = graceUntilOf(pastDueSince, graceDays);
  const standing = { status: fetched.status, graceUntil, cancelAt: fetched.cancelAt };
  const next = fetched.endedAt === null && fetched.scheduled?.plan !== fetched.plan ? fetched.scheduled : null;
  return {
    pastDueSince,
    graceUntil,
    pendingPlan: next?.plan ?? null,
    pendingPlanAt: next?.at ?? null,
    accessState: accessAt(standing, now),
  };
}
