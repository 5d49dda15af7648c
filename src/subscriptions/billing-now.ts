import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import type { StripeInvoice, StripeSubscription } from '../stripe/billing-objects.js';
import { StripeBilling } from '../stripe/stripe-billing.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

/** A subscription of ours as Stripe has it now. */
export interface Billing {
  accountId: string;
  fetched: StripeSubscription;
  /** Those that are paid, in the order in which they were; none where only the subscription was asked for. */
  invoices: readonly StripeInvoice[];
  livemode: boolean;
}

/** Asks Stripe for everything about a subscription. Must not be called in a transaction. */
@Injectable()
export class BillingNow {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly catalog: CatalogQueries,
    private readonly subscriptions: SubscriptionsQueries,
  ) {}

  /** The subscription alone; undefined when it is none of ours. @throws StripeUnavailable, StripeRefused */
  async fetch(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const fetched = await this.stripe.fetchSubscription(stripeSubscriptionId);
    if (fetched === undefined || (await this.catalog.find(fetched.plan)) === null) return undefined;
    const accountId = await this.subscriptions.accountOf(fetched);
    if (accountId === undefined) return undefined;
    return { accountId, fetched, invoices: [], livemode: this.stripe.livemode };
  }

  /**
   * With all its paid invoices: what one of them gives depends on those before it, and one that we have not heard of is
   * not left out. The invoices are asked for first, so that the subscription is at least as new as they are.
   */
  async fetchAll(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const invoices = await this.stripe.listPaidInvoices(stripeSubscriptionId);
    const billing = await this.fetch(stripeSubscriptionId);
    return billing === undefined ? undefined : { ...billing, invoices };
  }
}
