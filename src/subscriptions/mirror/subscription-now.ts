import { type AccessState, accessAt } from './access.js';
import type { HeldPlan } from './held-plan.js';
import type { Subscription } from './subscription.entity.js';

/** The access that a subscription gives now, whatever was written down last. */
export function accessNow(subscription: Subscription, now: Date): AccessState {
  return accessAt(subscription, now);
}

/**
 * The plan of the current period: a change that was put off until its end has happened then, whether Stripe has told of
 * it or not.
 */
export function planNow({ plan, pendingPlan, pendingPlanAt }: Subscription, now: Date): string {
  return pendingPlan !== null && pendingPlanAt !== null && pendingPlanAt <= now ? pendingPlan : plan;
}

/** All that is held in the current period: a change that was put off is one of the first plan. */
export function itemsNow(subscription: Subscription, now: Date): readonly HeldPlan[] {
  const plan = planNow(subscription, now);
  if (plan === subscription.plan) return subscription.items;
  return subscription.items.map((item) => (item.plan === subscription.plan ? { ...item, plan } : item));
}
