import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { Ledger } from '../ledger/ledger.js';
import type { StripeSubscription } from '../stripe/billing-objects.js';
import { agreedTerms } from './agreed-terms.js';
import { FollowAccess } from './follow-access.js';
import { type Mirror, mirrorOf } from './mirror.js';
import { lockSubscription, type Subscription, type Terms } from './subscription.js';

/**
 * Brings our mirror of a subscription up to what was fetched, and with it the access that follows. Of two answers that
 * crossed on their way the one to the later question counts. Locks the account, then the subscription.
 */
@Injectable()
export class FollowSubscription {
  private readonly log = new Logger(FollowSubscription.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly followAccess: FollowAccess,
  ) {}

  /** `livemode` is that of the key with which it was fetched. */
  async run(
    tx: Tx,
    { accountId, fetched, livemode }: { accountId: string; fetched: StripeSubscription; livemode: boolean },
  ): Promise<Subscription> {
    await this.ledger.open(tx, accountId);
    const known = await lockSubscription(tx, fetched.stripeSubscriptionId);
    if (known !== undefined && fetched.askedAt < known.seenAt) return known;
    const now = this.clock.now();
    const mirror = mirrorOf(known, fetched, { graceDays: this.config.subscriptionGraceDays, now });
    const terms = await agreedTerms(tx, known, { accountId, fetched, pendingPlan: mirror.pendingPlan });
    await upsert(tx, { accountId, livemode, terms, fetched, mirror, now });
    const subscription = await lockSubscription(tx, fetched.stripeSubscriptionId);
    invariant(subscription !== undefined, 'a subscription that was just written is there');
    await this.followAccess.run(tx, subscription, known?.accessState);
    if (known?.status !== subscription.status)
      this.log.log(`subscription ${subscription.stripeSubscriptionId} is ${subscription.status}`);
    return subscription;
  }
}

interface Written {
  accountId: string;
  livemode: boolean;
  terms: Terms;
  fetched: StripeSubscription;
  mirror: Mirror;
  now: Date;
}

async function upsert(tx: Tx, { accountId, livemode, terms, fetched, mirror, now }: Written): Promise<void> {
  await tx.query(
    `insert into subscriptions (stripe_subscription_id, account_id, plan, terms, currency, status, access_state,
       past_due_since, grace_until, current_period_start, current_period_end, trial_start, trial_end,
       cancel_at_period_end, cancel_at, ended_at, pending_plan, pending_plan_at, stripe_customer_id, stripe_item_id, livemode, started_at, seen_at, created_at, updated_at)
     values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
       $23, $24, $24)
     on conflict (stripe_subscription_id) do update
     set plan = excluded.plan,
         terms = excluded.terms,
         status = excluded.status,
         access_state = excluded.access_state,
         past_due_since = excluded.past_due_since,
         grace_until = excluded.grace_until,
         current_period_start = excluded.current_period_start,
         current_period_end = excluded.current_period_end,
         trial_start = excluded.trial_start,
         trial_end = excluded.trial_end,
         cancel_at_period_end = excluded.cancel_at_period_end,
         cancel_at = excluded.cancel_at,
         ended_at = excluded.ended_at,
         pending_plan = excluded.pending_plan,
         pending_plan_at = excluded.pending_plan_at,
         stripe_item_id = excluded.stripe_item_id,
         seen_at = excluded.seen_at,
         updated_at = excluded.updated_at`,
    [
      fetched.stripeSubscriptionId,
      accountId,
      fetched.plan,
      JSON.stringify(terms),
      fetched.currency,
      fetched.status,
      mirror.accessState,
      mirror.pastDueSince,
      mirror.graceUntil,
      fetched.periodStart,
      fetched.periodEnd,
      fetched.trialStart,
      fetched.trialEnd,
      fetched.cancelAtPeriodEnd,
      fetched.cancelAt,
      fetched.endedAt,
      mirror.pendingPlan,
      mirror.pendingPlanAt,
      fetched.stripeCustomerId,
      fetched.stripeItemId,
      livemode,
      fetched.startedAt,
      fetched.askedAt,
      now,
    ],
  );
}
