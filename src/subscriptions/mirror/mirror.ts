import { invariant } from '../../kernel/invariant.js';
import type { StripeSubscription } from '../../stripe/objects/billing-objects.js';
import { graceUntilOf, pastDueSinceOf } from './access.js';
import type { HeldPlan } from './held-plan.js';
import type { Subscription } from './subscription.entity.js';

/** What is derived from a subscription as fetched, apart from what is copied from it. */
export type Mirror = Pick<Subscription, 'plan' | 'pastDueSince' | 'graceUntil' | 'pendingPlan' | 'pendingPlanAt'>;

/** What is copied of a subscription as it was fetched, whatever was known of it. Pure. */
export function copiedOf({ fetched, held }: { fetched: StripeSubscription; held: readonly HeldPlan[] }) {
  return {
    items: held,
    status: fetched.status,
    periodStart: fetched.periodStart,
    periodEnd: fetched.periodEnd,
    trialStart: fetched.trialStart,
    trialEnd: fetched.trialEnd,
    cancelAtPeriodEnd: fetched.cancelAtPeriodEnd,
    cancelAt: fetched.cancelAt,
    endedAt: fetched.endedAt,
    collectionPaused: fetched.isCollectionPaused,
    seenAt: fetched.askedAt,
  } satisfies Partial<Subscription>;
}

/**
 * Brings what is known up to what was fetched. One that holds no plan of the catalogue any more keeps the
 * name of its last one. Pure.
 */
export function mirrorOf(
  known: Pick<Subscription, 'plan' | 'status' | 'pastDueSince'> | undefined,
  { fetched, held }: { fetched: StripeSubscription; held: readonly HeldPlan[] },
  { graceDays }: { graceDays: number },
): Mirror {
  const plan = held[0]?.plan ?? known?.plan;
  invariant(plan !== undefined, `subscription ${fetched.stripeSubscriptionId} holds a plan, or did`);
  const pastDueSince = pastDueSinceOf(known, fetched);
  const graceUntil = graceUntilOf(pastDueSince, graceDays);
  const { scheduled, endedAt } = fetched;
  const next = endedAt === null && held.length > 0 ? scheduled?.items.find(isOtherThan(held)) : undefined;
  return {
    plan,
    pastDueSince,
    graceUntil,
    pendingPlan: next?.plan ?? null,
    pendingPlanAt: next === undefined ? null : (scheduled?.at ?? null),
  };
}

function isOtherThan(held: readonly HeldPlan[]): (next: { plan: string }) => boolean {
  return ({ plan }) => held.every((item) => item.plan !== plan);
}
