import { type AccessState, isOpen } from './access.js';
import type { Subscription } from './subscription.js';

/** What is to be known of a subscription to say what it opens. */
type FeatureStanding = Pick<
  Subscription,
  'plan' | 'terms' | 'accessState' | 'graceUntil' | 'cancelAt' | 'pendingPlan' | 'pendingPlanAt'
>;

/** The features that a subscription opens, and until when each, as far as that is known beforehand. Pure. */
export function featuresOf(subscription: FeatureStanding): { feature: string; expiresAt: Date | null }[] {
  const { plan, terms, accessState, pendingPlan, pendingPlanAt } = subscription;
  if (!isOpen(accessState)) return [];
  const ends = endsOf(subscription, accessState);
  const next = pendingPlan === null ? undefined : terms[pendingPlan]?.features;
  return (terms[plan]?.features ?? []).map((feature) => {
    const isDropped = next !== undefined && !next.includes(feature);
    return { feature, expiresAt: earliest(isDropped ? [...ends, pendingPlanAt] : ends) };
  });
}

function endsOf({ graceUntil, cancelAt }: FeatureStanding, access: AccessState): (Date | null)[] {
  return access === 'grace' ? [graceUntil, cancelAt] : [cancelAt];
}

function earliest(instants: readonly (Date | null)[]): Date | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : new Date(Math.min(...known.map((instant) => instant.getTime())));
}
