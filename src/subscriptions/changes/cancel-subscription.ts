import { Injectable } from '@nestjs/common';
import type { Credits } from '../../kernel/credits.js';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { hasEnded } from '../mirror/access.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import { PreviewEnd } from './preview-end.js';
import { assertGoesOn } from './quote-change.js';
import { SubscriptionAtStripe } from './subscription-at-stripe.js';
import { SubscriptionTurns } from './subscription-turns.js';
import { SyncSubscription } from './sync-subscription.js';

export interface CancelCommand {
  accountId: string;
  now: boolean;
  /** Names the request, for when it is asked again. */
  requestName: string;
}

/**
 * Ends a subscription: with its period, or now. What was bought apart from it stays; nothing is paid back. Asked again
 * it changes nothing. Returns the credits that have lapsed with it. Must not be called in a transaction.
 * @throws SubscriptionNotFound, SubscriptionEnded, Busy, StripeUnavailable, StripeRefused
 */
@Injectable()
export class CancelSubscription {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly turns: SubscriptionTurns,
    private readonly atStripe: SubscriptionAtStripe,
    private readonly sync: SyncSubscription,
    private readonly end: PreviewEnd,
  ) {}

  async run({ accountId, now, requestName }: CancelCommand): Promise<Credits> {
    const { stripeSubscriptionId, status } = await this.subscriptions.requireOf(accountId);
    if (!hasEnded(status) || !now)
      await this.turns.run({
        stripeSubscriptionId,
        requestName,
        decide: async () => {
          const subscription = await this.atStripe.fetch(stripeSubscriptionId);
          if (!now) assertGoesOn(subscription);
          return subscription;
        },
        act: (subscription) => this.cancel(subscription, now),
      });
    return this.end.lapsedOf(stripeSubscriptionId);
  }

  private async cancel({ stripeSubscriptionId, status }: Subscription, now: boolean): Promise<void> {
    if (!hasEnded(status)) {
      // Stripe lets nobody end what a schedule goes on with, and one goes on after the plan that it brought has begun.
      await this.stripe.keepNextPeriod(stripeSubscriptionId);
      if (now) await this.stripe.cancelNow(stripeSubscriptionId);
      else await this.stripe.cancelAtPeriodEnd(stripeSubscriptionId, true);
    }
    await this.sync.run(stripeSubscriptionId);
  }
}
