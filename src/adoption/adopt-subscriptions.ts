import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addSeconds } from '../kernel/clock.js';
import { SettleInvoices } from '../settlement/settle-invoices.js';
import { type CustomerSubscription, StripeBilling } from '../stripe/billing/billing.gateway.js';
import { BillingNow } from '../subscriptions/billing-now.js';
import type { EarlierSubscription } from '../subscriptions/mirror/earlier-subscription.entity.js';
import type { Subscription } from '../subscriptions/mirror/subscription.entity.js';
import { SubscriptionsQueries } from '../subscriptions/subscriptions.queries.js';

/** What became of the subscriptions of a customer that was adopted. */
export interface AdoptedSubscriptions {
  mirrored: Subscription[];
  /** Those that hold no plan of the catalogue. */
  left: CustomerSubscription[];
}

/**
 * Takes over subscriptions that a customer had before it was adopted: mirror and features at once, credits with what is
 * paid from then on. What was paid before was not sold by Scrip, and gives nothing.
 */
@Injectable()
export class AdoptSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeBilling,
    private readonly billingNow: BillingNow,
    private readonly settleInvoices: SettleInvoices,
    private readonly subscriptions: SubscriptionsQueries,
  ) {}

  /**
   * All that the customer has or had, each with the instant behind the last of its payments: exact, whatever the clocks
   * of this machine and of Stripe say. One that nothing was paid for yet gives credits from its beginning.
   */
  async earlierOf(stripeCustomerId: string): Promise<EarlierSubscription[]> {
    const earlier: EarlierSubscription[] = [];
    for (const { stripeSubscriptionId } of await this.stripe.listSubscriptionsOf(stripeCustomerId)) {
      const paid = await this.stripe.listPaidInvoices(stripeSubscriptionId);
      const last = paid.at(-1);
      if (last !== undefined)
        earlier.push({
          stripeSubscriptionId,
          creditsFrom: addSeconds(last.paidAt ?? last.createdAt, 1),
          stripeInvoiceIds: paid.map(({ stripeInvoiceId }) => stripeInvoiceId),
        });
    }
    return earlier;
  }

  /** Mirrors those that go on. Must not be called in a transaction. @throws StripeUnavailable, StripeRefused */
  async run(stripeCustomerId: string): Promise<AdoptedSubscriptions> {
    const adopted: AdoptedSubscriptions = { mirrored: [], left: [] };
    for (const listed of await this.stripe.listSubscriptionsOf(stripeCustomerId)) {
      if (listed.isOver) continue;
      const subscription = await this.mirror(listed);
      if (subscription === undefined) adopted.left.push(listed);
      else adopted.mirrored.push(subscription);
    }
    return adopted;
  }

  /** Undefined when it holds no plan of the catalogue. */
  private async mirror({ stripeSubscriptionId }: CustomerSubscription): Promise<Subscription | undefined> {
    const billing = await this.billingNow.fetchAll(stripeSubscriptionId);
    if (billing === undefined) return undefined;
    const write = await this.settleInvoices.prepare(billing);
    await this.database.transaction(write);
    return this.subscriptions.find(stripeSubscriptionId);
  }
}
