import { Injectable } from '@nestjs/common';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import { PaymentDeclined } from '../subscriptions.problems.js';
import { QuoteChange, type QuotedChange } from './quote-change.js';
import { SyncSubscription } from './sync-subscription.js';

export interface ChangePlanCommand {
  accountId: string;
  plan: string;
  /** Names the request: asked again with it, the change is charged once. */
  requestName: string;
}

/**
 * Changes a subscription's plan. To one that costs more it changes at once: Stripe charges the difference for the rest
 * of the period, and the credits come with that payment. To one that costs less it changes when the period ends, by a
 * schedule of Stripe's. Changing back before then takes that back, and gains nothing. Must not be called in a
 * transaction.
 * @throws SubscriptionNotFound, SubscriptionEnded, SubscriptionNotChangeable, ProductNotFound, ProductNotForSale,
 * CurrencyNotOffered, PaymentDeclined, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ChangePlan {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly quoteChange: QuoteChange,
    private readonly sync: SyncSubscription,
  ) {}

  async run({ accountId, plan, requestName }: ChangePlanCommand): Promise<void> {
    const change = await this.quoteChange.run(accountId, plan);
    const { stripeSubscriptionId } = change.subscription;
    if (change.effect === 'now') await this.changeNow(change, requestName);
    else if (change.effect === 'at_period_end') await this.stripe.changeNextPeriod(asked(change, requestName));
    else await this.stripe.keepNextPeriod(stripeSubscriptionId);
    await this.sync.run(stripeSubscriptionId);
  }

  /** What was to come with the next period is no longer wanted, once this is paid. */
  private async changeNow(change: QuotedChange, requestName: string): Promise<void> {
    const { accountId, stripeSubscriptionId } = change.subscription;
    try {
      await this.stripe.changeNow(asked(change, requestName));
    } catch (error) {
      if (!(error instanceof StripeRefused) || !error.isOfPayment) throw error;
      throw new PaymentDeclined({ accountId, plan: change.plan, stripeCode: error.facts.stripeCode });
    }
    await this.stripe.keepNextPeriod(stripeSubscriptionId);
  }
}

function asked({ subscription, stripeOffer: offer }: QuotedChange, name: string) {
  const { stripeSubscriptionId, items, stripeItemId: last } = subscription;
  const stripeItemId = items[0]?.stripeItemId ?? last;
  return { stripeSubscriptionId, stripeItemId, offer, name };
}
