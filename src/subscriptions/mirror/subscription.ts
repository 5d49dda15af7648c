import type { Offer } from '../../catalog/offer.js';
import type { Tx } from '../../database/database.js';
import { type AccessState, accessAt, type SubscriptionStatus } from './access.js';
import { type HeldPlan, type HeldPlanRow, toHeldPlan } from './held-plan.js';

/** What an account has agreed to, by plan: the offer as it was when the subscription came to it. */
export type Terms = Readonly<Record<string, Offer>>;

/** An account's subscription: what Stripe said of it last, and what follows for us. */
export interface Subscription {
  stripeSubscriptionId: string;
  /** Counts subscriptions up in the order in which we heard of them. A bigint, as text. */
  ordinal: string;
  accountId: string;
  /** The first plan that it holds, or the last one that it held. */
  plan: string;
  /** All that it holds of ours; none once it was moved to products of somebody else. */
  items: readonly HeldPlan[];
  terms: Terms;
  currency: string;
  status: SubscriptionStatus;
  /** As of the last write: see `accessNow`. */
  accessState: AccessState;
  pastDueSince: Date | null;
  graceUntil: Date | null;
  periodStart: Date;
  periodEnd: Date;
  trialStart: Date | null;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  cancelAt: Date | null;
  endedAt: Date | null;
  collectionPaused: boolean;
  /** Until when it was paid for, once its payments were paused. */
  openUntil: Date | null;
  /** From when on its payments give credits, where it was adopted; null where all do. */
  creditsFrom: Date | null;
  /** What the next period is to be of, where that is another plan. */
  pendingPlan: string | null;
  pendingPlanAt: Date | null;
  stripeCustomerId: string;
  stripeItemId: string;
  livemode: boolean;
  startedAt: Date;
  /** When Stripe was asked for what is kept here. */
  seenAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** A row as the driver returns it. */
export interface SubscriptionRow {
  stripe_subscription_id: string;
  ordinal: string;
  account_id: string;
  plan: string;
  items: HeldPlanRow[];
  terms: Terms;
  currency: string;
  status: SubscriptionStatus;
  access_state: AccessState;
  past_due_since: Date | null;
  grace_until: Date | null;
  current_period_start: Date;
  current_period_end: Date;
  trial_start: Date | null;
  trial_end: Date | null;
  cancel_at_period_end: boolean;
  cancel_at: Date | null;
  ended_at: Date | null;
  collection_paused: boolean;
  open_until: Date | null;
  credits_from: Date | null;
  pending_plan: string | null;
  pending_plan_at: Date | null;
  stripe_customer_id: string;
  stripe_item_id: string;
  livemode: boolean;
  started_at: Date;
  seen_at: Date;
  created_at: Date;
  updated_at: Date;
}

export const SUBSCRIPTION_COLUMNS =
  'stripe_subscription_id, ordinal, account_id, plan, items, terms, currency, status, access_state, past_due_since, grace_until, ' +
  'current_period_start, current_period_end, trial_start, trial_end, cancel_at_period_end, cancel_at, ended_at, ' +
  'collection_paused, open_until, credits_from, ' +
  'pending_plan, pending_plan_at, stripe_customer_id, stripe_item_id, livemode, started_at, ' +
  'seen_at, created_at, updated_at';

export function toSubscription(row: SubscriptionRow): Subscription {
  return {
    stripeSubscriptionId: row.stripe_subscription_id,
    ordinal: row.ordinal,
    accountId: row.account_id,
    plan: row.plan,
    items: row.items.map(toHeldPlan),
    terms: row.terms,
    currency: row.currency,
    status: row.status,
    accessState: row.access_state,
    pastDueSince: row.past_due_since,
    graceUntil: row.grace_until,
    periodStart: row.current_period_start,
    periodEnd: row.current_period_end,
    trialStart: row.trial_start,
    trialEnd: row.trial_end,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    cancelAt: row.cancel_at,
    endedAt: row.ended_at,
    collectionPaused: row.collection_paused,
    openUntil: row.open_until,
    creditsFrom: row.credits_from,
    pendingPlan: row.pending_plan,
    pendingPlanAt: row.pending_plan_at,
    stripeCustomerId: row.stripe_customer_id,
    stripeItemId: row.stripe_item_id,
    livemode: row.livemode,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The access that a subscription gives now, whatever was written down last. */
export function accessNow(subscription: Subscription, now: Date): AccessState {
  return accessAt(subscription, now);
}

/** The plan of the current period: a change that was put off until its end has happened then, heard of or not. */
export function planNow({ plan, pendingPlan, pendingPlanAt }: Subscription, now: Date): string {
  return pendingPlan !== null && pendingPlanAt !== null && pendingPlanAt <= now ? pendingPlan : plan;
}

/** All that is held in the current period: a change that was put off is one of the first plan. */
export function itemsNow(subscription: Subscription, now: Date): readonly HeldPlan[] {
  const plan = planNow(subscription, now);
  if (plan === subscription.plan) return subscription.items;
  return subscription.items.map((item) => (item.plan === subscription.plan ? { ...item, plan } : item));
}

/** Locks a subscription and reads it; undefined when we have not heard of it. The account's balance must be locked. */
export async function lockSubscription(tx: Tx, stripeSubscriptionId: string): Promise<Subscription | undefined> {
  const [row]: SubscriptionRow[] = await tx.query(
    `select ${SUBSCRIPTION_COLUMNS} from subscriptions where stripe_subscription_id = $1 for update`,
    [stripeSubscriptionId],
  );
  return row === undefined ? undefined : toSubscription(row);
}
