import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../../database/transformers.js';
import type { Credits } from '../../kernel/credits.js';
import { type CarriedIncluded, storedCarried } from '../allowances/included-share.js';
import type { AccessState, SubscriptionStatus } from './access.js';
import { type HeldPlan, storedPlans, type Terms } from './held-plan.js';

/** An account's subscription: what Stripe said of it last, and what Scrip makes of that. */
@Entity('subscriptions')
export class Subscription {
  @PrimaryColumn({ name: 'stripe_subscription_id', type: 'text' })
  stripeSubscriptionId!: string;

  /** Counts subscriptions up in the order in which they were first heard of. A bigint, as text. */
  @Column({ type: 'bigint', insert: false, update: false })
  ordinal!: string;

  @Column({ name: 'account_id', type: 'text', update: false })
  accountId!: string;

  /** The first plan that it holds, or the last one that it held. */
  @Column({ type: 'text' })
  plan!: string;

  /** All plans of the catalogue that it holds; none once it was moved to other products. */
  @Column({ type: 'jsonb', transformer: storedPlans })
  items!: readonly HeldPlan[];

  @Column({ type: 'jsonb' })
  terms!: Terms;

  @Column({ type: 'char', length: 3, update: false })
  currency!: string;

  @Column({ type: 'text' })
  status!: SubscriptionStatus;

  /** As of the last write: see `accessNow`. */
  @Column({ name: 'access_state', type: 'text' })
  accessState!: AccessState;

  @Column({ name: 'past_due_since', type: 'timestamptz', precision: 3, nullable: true })
  pastDueSince!: Date | null;

  @Column({ name: 'grace_until', type: 'timestamptz', precision: 3, nullable: true })
  graceUntil!: Date | null;

  @Column({ name: 'current_period_start', type: 'timestamptz', precision: 3 })
  periodStart!: Date;

  @Column({ name: 'current_period_end', type: 'timestamptz', precision: 3 })
  periodEnd!: Date;

  @Column({ name: 'trial_start', type: 'timestamptz', precision: 3, nullable: true })
  trialStart!: Date | null;

  @Column({ name: 'trial_end', type: 'timestamptz', precision: 3, nullable: true })
  trialEnd!: Date | null;

  @Column({ name: 'cancel_at_period_end', type: 'boolean' })
  cancelAtPeriodEnd!: boolean;

  @Column({ name: 'cancel_at', type: 'timestamptz', precision: 3, nullable: true })
  cancelAt!: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'collection_paused', type: 'boolean' })
  collectionPaused!: boolean;

  /** Until when it was paid for, once its payments were paused. */
  @Column({ name: 'open_until', type: 'timestamptz', precision: 3, nullable: true })
  openUntil!: Date | null;

  /** From when on its payments give credits, where it was adopted; null where all do. */
  @Column({ name: 'credits_from', type: 'timestamptz', precision: 3, nullable: true, update: false })
  creditsFrom!: Date | null;

  /** What was given for time that was cut off and paid back, and is not taken off a later period yet. */
  @Column({ name: 'carried_credits', type: 'bigint', transformer: asBigint })
  carriedCredits!: Credits;

  /** The same of what was included. */
  @Column({ name: 'carried_included', type: 'jsonb', transformer: storedCarried })
  carriedIncluded!: CarriedIncluded;

  /** What the next period is to be of, where that is another plan. */
  @Column({ name: 'pending_plan', type: 'text', nullable: true })
  pendingPlan!: string | null;

  @Column({ name: 'pending_plan_at', type: 'timestamptz', precision: 3, nullable: true })
  pendingPlanAt!: Date | null;

  @Column({ name: 'stripe_customer_id', type: 'text', update: false })
  stripeCustomerId!: string;

  /** The item of `plan`, or the last one that was. */
  @Column({ name: 'stripe_item_id', type: 'text' })
  stripeItemId!: string;

  @Column({ type: 'boolean', update: false })
  livemode!: boolean;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, update: false })
  startedAt!: Date;

  /** When Stripe was asked for what is kept here. */
  @Column({ name: 'seen_at', type: 'timestamptz', precision: 3 })
  seenAt!: Date;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, update: false })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
