import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { Ledger } from '../../ledger/ledger.js';
import type { Billing } from '../billing-now.js';
import { agreedTerms } from './agreed-terms.js';
import { type Mirror, mirrorOf } from './mirror.js';
import { lockSubscription, type Subscription, type Terms } from './subscription.js';

/** A subscription as it was known before, undefined where it was not, and as it is. */
export interface Followed {
  known: Subscription | undefined;
  subscription: Subscription;
}

/**
 * Brings our mirror of a subscription up to what was fetched. Of two answers that crossed on their way the one to the
 * later question counts. The access that follows depends on what was paid: `ApplyAccess` writes it down afterwards, in
 * the same transaction. Locks the account, then the subscription.
 */
@Injectable()
export class MirrorSubscription {
  private readonly log = new Logger(MirrorSubscription.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  async run(tx: Tx, billing: Omit<Billing, 'invoices'>): Promise<Followed> {
    const { accountId, fetched, held } = billing;
    await this.ledger.open(tx, accountId);
    const known = await lockSubscription(tx, fetched.stripeSubscriptionId);
    if (known !== undefined && fetched.askedAt < known.seenAt) return { known, subscription: known };
    const mirror = mirrorOf(known, billing, { graceDays: this.config.subscriptionGraceDays });
    const terms = await agreedTerms(tx, known, { accountId, fetched, held, pendingPlan: mirror.pendingPlan });
    await upsert(tx, { ...billing, known, terms, mirror, now: this.clock.now() });
    const subscription = await lockSubscription(tx, fetched.stripeSubscriptionId);
    invariant(subscription !== undefined, 'a subscription that was just written is there');
    if (known?.status !== subscription.status)
      this.log.log(`subscription ${subscription.stripeSubscriptionId} is ${subscription.status}`);
    return { known, subscription };
  }
}

interface Written extends Omit<Billing, 'invoices'> {
  known: Subscription | undefined;
  terms: Terms;
  mirror: Mirror;
  now: Date;
}

async function upsert(tx: Tx, written: Written): Promise<void> {
  const { known, accountId, livemode, terms, fetched, held, mirror, now } = written;
  await tx.query(
    `insert into subscriptions (stripe_subscription_id, account_id, plan, terms, currency, status, access_state,
       past_due_since, grace_until, current_period_start, current_period_end, trial_start, trial_end,
       cancel_at_period_end, cancel_at, ended_at, pending_plan, pending_plan_at, stripe_customer_id, stripe_item_id,
       livemode, started_at, seen_at, items, collection_paused, created_at, updated_at, credits_from)
     values ($1, $2, $3, $4::jsonb, $5, $6, 'pending', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
       $21, $22, $23::jsonb, $24, $25, $25,
       (select credits_from from earlier_subscriptions where stripe_subscription_id = $1))
     on conflict (stripe_subscription_id) do update
     set plan = excluded.plan,
         items = excluded.items,
         collection_paused = excluded.collection_paused,
         terms = excluded.terms,
         status = excluded.status,
         -- Written down by ApplyAccess; there is no grace without its end.
         access_state = case
           when excluded.grace_until is null and subscriptions.access_state = 'grace' then 'pending'
           else subscriptions.access_state
         end,
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
      mirror.plan,
      JSON.stringify(terms),
      fetched.currency,
      fetched.status,
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
      held[0]?.stripeItemId ?? known?.stripeItemId ?? '',
      livemode,
      fetched.startedAt,
      fetched.askedAt,
      JSON.stringify(held),
      fetched.isCollectionPaused,
      now,
    ],
  );
}
