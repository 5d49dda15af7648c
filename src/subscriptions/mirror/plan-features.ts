import { type AccessState, isOpen } from './access.js';
import type { Subscription } from './subscription.entity.js';

/** What is to be known of a subscription to say what it opens. */
type FeatureStanding = Pick<
  Subscription,
  'plan' | 'items' | 'terms' | 'accessState' | 'graceUntil' | 'cancelAt' | 'openUntil' | 'pendingPlan' | 'pendingPlanAt'
>;

/** A feature that is open, by which plan, and until when, as far as that is known beforehand. */
interface OpenFeature {
  feature: string;
  productKey: string;
  expiresAt: Date | null;
}

/** The features that a subscription opens: those of all plans that it holds, each once. Pure. */
export function featuresOf(subscription: FeatureStanding): OpenFeature[] {
  const { items, terms, accessState, pendingPlanAt } = subscription;
  if (!isOpen(accessState)) return [];
  const ends = endsOf(subscription, accessState);
  const next = nextFeatures(subscription);
  const open = new Map<string, OpenFeature>();
  for (const { plan } of items)
    for (const feature of terms[plan]?.features ?? []) {
      if (open.has(feature)) continue;
      const isDropped = next !== undefined && !next.includes(feature);
      const expiresAt = earliest(isDropped ? [...ends, pendingPlanAt] : ends);
      open.set(feature, { feature, productKey: plan, expiresAt });
    }
  return [...open.values()];
}

/** What is open once the first plan was changed as is planned; undefined where nothing is. */
function nextFeatures({ plan, pendingPlan, items, terms }: FeatureStanding): string[] | undefined {
  if (pendingPlan === null || terms[pendingPlan] === undefined) return undefined;
  const kept = items.map((item) => (item.plan === plan ? pendingPlan : item.plan));
  return kept.flatMap((key) => terms[key]?.features ?? []);
}

function endsOf({ graceUntil, cancelAt, openUntil }: FeatureStanding, access: AccessState): (Date | null)[] {
  return access === 'grace' ? [graceUntil, cancelAt, openUntil] : [cancelAt, openUntil];
}

function earliest(instants: readonly (Date | null)[]): Date | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : new Date(Math.min(...known.map((instant) => instant.getTime())));
}
