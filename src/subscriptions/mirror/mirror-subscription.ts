import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { Ledger } from '../../ledger/ledger.js';
import type { Billing } from '../billing-now.js';
import { creditsFromOf, lockSubscription, type SubscriptionRecord, storeSubscription } from '../subscriptions.store.js';
import type { AccessState } from './access.js';
import { agreedTerms } from './agreed-terms.js';
import type { Terms } from './held-plan.js';
import { copiedOf, type Mirror, mirrorOf } from './mirror.js';
import type { Subscription } from './subscription.entity.js';

/** A subscription as it was known before, undefined where it was not, and as it is now. */
export interface MirroredSubscription {
  known: Subscription | undefined;
  subscription: Subscription;
}

/**
 * Brings the mirror of a subscription up to what was fetched. Of two responses of Stripe that crossed on their way the
 * one to the later request counts. What the subscription opens depends on what was paid: `ApplyAccess` stores it
 * afterwards, in the same transaction. Locks the account, then the subscription.
 */
@Injectable()
export class MirrorSubscription {
  private readonly log = new Logger(MirrorSubscription.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  async run(tx: Tx, billing: Omit<Billing, 'invoices'>): Promise<MirroredSubscription> {
    const { accountId, fetched, held } = billing;
    await this.ledger.open(tx, accountId);
    const known = await lockSubscription(tx, fetched.stripeSubscriptionId);
    if (known !== undefined && fetched.askedAt < known.seenAt) return { known, subscription: known };
    const mirror = mirrorOf(known, billing, { graceDays: this.config.subscriptionGraceDays });
    const terms = await agreedTerms(tx, known, { accountId, fetched, held, pendingPlan: mirror.pendingPlan });
    const creditsFrom = known === undefined ? await creditsFromOf(tx, fetched.stripeSubscriptionId) : known.creditsFrom;
    await storeSubscription(tx, recordOf({ ...billing, known, creditsFrom, terms, mirror, now: this.clock.now() }));
    const subscription = await lockSubscription(tx, fetched.stripeSubscriptionId);
    invariant(subscription !== undefined, 'a subscription that was just written is there');
    if (known?.status !== subscription.status)
      this.log.log(`subscription ${subscription.stripeSubscriptionId} is ${subscription.status}`);
    return { known, subscription };
  }
}

interface Written extends Omit<Billing, 'invoices'> {
  known: Subscription | undefined;
  creditsFrom: Date | null;
  terms: Terms;
  mirror: Mirror;
  now: Date;
}

function recordOf(written: Written): SubscriptionRecord {
  const { known, accountId, livemode, creditsFrom, terms, fetched, held, mirror, now } = written;
  return {
    ...mirror,
    ...copiedOf(written),
    stripeSubscriptionId: fetched.stripeSubscriptionId,
    accountId,
    terms,
    currency: fetched.currency,
    accessState: accessUntilApplied(known, mirror),
    creditsFrom,
    stripeCustomerId: fetched.stripeCustomerId,
    stripeItemId: held[0]?.stripeItemId ?? known?.stripeItemId ?? '',
    livemode,
    startedAt: fetched.startedAt,
    createdAt: now,
    updatedAt: now,
  };
}

/** What was applied last stays until `ApplyAccess` has run; but there is no grace without its end. */
function accessUntilApplied(known: Subscription | undefined, { graceUntil }: Mirror): AccessState {
  if (known === undefined || (graceUntil === null && known.accessState === 'grace')) return 'pending';
  return known.accessState;
}
