import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import { assertGoesOn } from './quote-change.js';
import { SubscriptionAtStripe } from './subscription-at-stripe.js';
import { SubscriptionTurns } from './subscription-turns.js';
import { SyncSubscription } from './sync-subscription.js';

export interface ResumeCommand {
  accountId: string;
  /** Names the request, for when it is asked again. */
  requestName: string;
}

/**
 * Lets a subscription go on that was to end with its period, that is paused, or whose payments are: those are open
 * again with the next one that is paid, unless they still are. Asked again it changes nothing. Must not be called in a
 * transaction. @throws SubscriptionNotFound, SubscriptionEnded, Busy, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ResumeSubscription {
  constructor(
    private readonly clock: Clock,
    private readonly stripe: StripeBilling,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly turns: SubscriptionTurns,
    private readonly atStripe: SubscriptionAtStripe,
    private readonly sync: SyncSubscription,
  ) {}

  async run({ accountId, requestName }: ResumeCommand): Promise<void> {
    const { stripeSubscriptionId } = await this.subscriptions.requireOf(accountId);
    await this.turns.run({
      stripeSubscriptionId,
      requestName,
      decide: async () => {
        const subscription = await this.atStripe.fetch(stripeSubscriptionId);
        assertGoesOn(subscription);
        return subscription;
      },
      act: (subscription) => this.resume(subscription),
    });
  }

  private async resume(subscription: Subscription): Promise<void> {
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
