import { Injectable } from '@nestjs/common';
import { Busy } from '../../http/problems/http.problems.js';
import { ItemHasMoved, StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import { PaymentDeclined } from '../subscriptions.problems.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import { QuoteChange, type QuotedChange } from './quote-change.js';
import { SubscriptionTurns } from './subscription-turns.js';
import { SyncSubscription } from './sync-subscription.js';

export interface ChangePlanCommand {
  accountId: string;
  plan: string;
  /** Names the request: asked again with it, the change is charged once. */
  requestName: string;
}

/** How often what somebody changes at Stripe in the middle of a change makes it begin anew. */
const MAX_ATTEMPTS = 3;

/**
 * Changes a subscription's plan, in its turn among all changes of it, and by what Stripe has then. To one that costs
 * more it changes at once: Stripe charges the difference for the rest of the period, and the credits come with that
 * payment. What would give money back changes when the period ends, by a schedule of Stripe's. Changing back before
 * then takes that back, and gains nothing. Must not be called in a transaction.
 * @throws SubscriptionNotFound, SubscriptionEnded, SubscriptionNotChangeable, ProductNotFound, ProductNotForSale,
 * CurrencyNotOffered, PaymentDeclined, Busy, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ChangePlan {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly turns: SubscriptionTurns,
    private readonly quoteChange: QuoteChange,
    private readonly sync: SyncSubscription,
  ) {}

  async run(command: ChangePlanCommand): Promise<void> {
    const { stripeSubscriptionId } = await this.subscriptions.requireOf(command.accountId);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.takeTurn(stripeSubscriptionId, command);
      } catch (error) {
        if (!(error instanceof ItemHasMoved)) throw error;
        if (attempt === MAX_ATTEMPTS) throw new Busy();
      }
    }
  }

  private takeTurn(stripeSubscriptionId: string, { plan, requestName }: ChangePlanCommand): Promise<void> {
    return this.turns.run({
      stripeSubscriptionId,
      requestName,
      decide: () => this.quoteChange.run(stripeSubscriptionId, plan),
      act: async (change) => {
        if (change.effect === 'now') await this.changeNow(change, requestName);
        else if (change.effect === 'at_period_end') await this.stripe.changeNextPeriod(asked(change, requestName));
        else await this.stripe.keepNextPeriod(stripeSubscriptionId);
        await this.sync.run(stripeSubscriptionId);
      },
    });
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

function asked({ subscription: { stripeSubscriptionId }, item, stripeOffer: offer }: QuotedChange, name: string) {
  return { stripeSubscriptionId, from: item, offer, name };
}
