import { Injectable } from '@nestjs/common';
import { StripeBilling } from '../stripe/stripe-billing.js';
import { SyncSubscription } from './sync-subscription.js';

/**
 * Follows the subscriptions that a customer has already, as far as they hold plans of ours: they open at once, and give
 * credits with their next payment, since what was paid before was given by whoever sold it. Done again, it changes nothing.
 * The customer must be an account's. Must not be called in a transaction. @throws StripeUnavailable, StripeRefused
 */
@Injectable()
export class AdoptSubscriptions {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly sync: SyncSubscription,
  ) {}

  async run(stripeCustomerId: string): Promise<void> {
    for (const id of await this.stripe.listSubscriptionsOf(stripeCustomerId)) await this.sync.run(id);
  }
}
