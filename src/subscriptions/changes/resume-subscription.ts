import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import { assertGoesOn } from './quote-change.js';
import { SyncSubscription } from './sync-subscription.js';

/**
 * Lets a subscription go on that was to end with its period, that is paused, or whose payments are: those are open
 * again with the next one that is paid, unless they still are. Asked again it changes nothing. Must not be called in a
 * transaction. @throws SubscriptionNotFound, SubscriptionEnded, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ResumeSubscription {
  constructor(
    private readonly clock: Clock,
    private readonly stripe: StripeBilling,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly sync: SyncSubscription,
  ) {}

  async run(accountId: string): Promise<void> {
    const subscription = await this.subscriptions.requireOf(accountId);
    assertGoesOn(subscription);
    const { stripeSubscriptionId, status, cancelAtPeriodEnd, cancelAt, periodEnd, collectionPaused } = subscription;
    if (collectionPaused) await this.stripe.resumeCollection(stripeSubscriptionId);
    if (cancelAtPeriodEnd || cancelAt !== null) await this.stripe.cancelAtPeriodEnd(stripeSubscriptionId, false);
    if (status === 'paused') {
      const isWithinPeriod = this.clock.now() < periodEnd;
      await this.stripe.resumePaused(stripeSubscriptionId, { isWithinPeriod });
    }
    await this.sync.run(stripeSubscriptionId);
  }
}
