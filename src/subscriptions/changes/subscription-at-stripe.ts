import { Inject, Injectable } from '@nestjs/common';
import { CatalogQueries } from '../../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../../catalog/offer.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { invariant } from '../../kernel/invariant.js';
import { type Billing, BillingNow } from '../billing-now.js';
import { hasEnded } from '../mirror/access.js';
import type { Terms } from '../mirror/held-plan.js';
import { copiedOf, mirrorOf } from '../mirror/mirror.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';

/**
 * A subscription as Stripe has it now: what is stored may be behind, and a change is decided on what it is made to.
 * Stores nothing. Must not be called in a transaction.
 */
@Injectable()
export class SubscriptionAtStripe {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalog: CatalogQueries,
    private readonly billingNow: BillingNow,
    private readonly subscriptions: SubscriptionsQueries,
  ) {}

  /** One that has ended stays so, and is not asked for. @throws StripeUnavailable, StripeRefused */
  async fetch(stripeSubscriptionId: string): Promise<Subscription> {
    const stored = await this.subscriptions.find(stripeSubscriptionId);
    invariant(stored !== undefined, `subscription ${stripeSubscriptionId} is stored`);
    if (hasEnded(stored.status)) return stored;
    const billing = await this.billingNow.fetch(stripeSubscriptionId);
    invariant(billing !== undefined, `subscription ${stripeSubscriptionId} is an account's`);
    const mirror = mirrorOf(stored, billing, { graceDays: this.config.subscriptionGraceDays });
    return { ...stored, ...mirror, ...copiedOf(billing), terms: await this.termsOf(stored, billing) };
  }

  /** A plan that it has come to and nobody has told of is what is offered now. */
  private async termsOf({ terms }: Subscription, { held }: Billing): Promise<Terms> {
    const offered: Record<string, Offer> = {};
    for (const { plan } of held.filter((item) => terms[item.plan] === undefined)) {
      const product = await this.catalog.find(plan);
      if (product !== null) offered[plan] = offerOf(product);
    }
    return { ...offered, ...terms };
  }
}
