import { Injectable } from '@nestjs/common';
import { StripeBilling } from '../stripe/stripe-billing.js';
import { assertGoesOn } from './quote-change.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';
import { SyncSubscription } from './sync-subscription.js';

/**
 * Lets a subscription go on that was to end with its period, or that is paused. Asked again it changes nothing. Must not be
 * called in a transaction. @throws SubscriptionNotFound, SubscriptionEnded, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ResumeSubscription {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly sync: SyncSubscription,
  ) {}

  async run(accountId: string): Promise<void> {
    const subscription = await this.subscriptions.requireOf(accountId);
    assertGoesOn(subscription);
    const { stripeSubscriptionId, status, cancelAtPeriodEnd, cancelAt } = subscription;
    if (cancelAtPeriodEnd || cancelAt !== null) await this.stripe.cancelAtPeriodEnd(stripeSubscriptionId, false);
    if (status === 'paused') await this.stripe.resumePaused(stripeSubscriptionId);
    await this.sync.run(stripeSubscriptionId);
  }
}
