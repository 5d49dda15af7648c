import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { askStripe } from '../client/ask-stripe.js';
import { productIdOf } from '../client/product-ids.js';
import { createStripeClient, isLiveKey } from '../client/stripe-client.js';
import { unlessMissing } from '../client/unless-missing.js';
import type { StripeOffer } from '../objects/sale-objects.js';
import { StripePrices } from '../selling/prices.js';

/** As many products as Stripe lets customers choose from. */
export const MAX_PORTAL_PLANS = 10;

export interface PortalVisit {
  stripeCustomerId: string;
  stripeConfigurationId: string;
  returnUrl: string;
}

/**
 * All that is asked of Stripe about its customer portal. Must not be called inside a transaction. All methods throw
 * StripeUnavailable and StripeRefused.
 */
export class StripePortal {
  /** Whether real money moves. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;
  private readonly prices: StripePrices;

  constructor(connection: StripeConnection) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
    this.prices = new StripePrices(this.stripe);
  }

  /**
   * Sets the portal up with what is on sale, and returns its configuration: the one that is given, or another one where
   * there is none or it is gone. Plans may be changed and subscriptions be cancelled at the end of their period.
   */
  async setUp(plans: readonly StripeOffer[], known: string | null): Promise<string> {
    const features = await this.featuresWith(plans);
    if (known !== null) {
      const updated = await askStripe(() =>
        this.stripe.billingPortal.configurations.update(known, { active: true, features }),
      ).catch(unlessMissing);
      if (updated !== undefined) return updated.id;
    }
    return (await askStripe(() => this.stripe.billingPortal.configurations.create({ features }))).id;
  }

  /** A page on which the customer sees what they bought and changes how they pay. Every request makes another one. */
  async open({ stripeCustomerId, stripeConfigurationId, returnUrl }: PortalVisit): Promise<string> {
    const session = await askStripe(() =>
      this.stripe.billingPortal.sessions.create({
        customer: stripeCustomerId,
        configuration: stripeConfigurationId,
        return_url: returnUrl,
      }),
    );
    return session.url;
  }

  private async featuresWith(
    plans: readonly StripeOffer[],
  ): Promise<Stripe.BillingPortal.ConfigurationCreateParams.Features> {
    const products = await this.productsOf(plans);
    return {
      customer_update: { enabled: true, allowed_updates: ['email', 'name', 'address', 'tax_id'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
      subscription_update:
        products.length === 0
          ? { enabled: false }
          : {
              enabled: true,
              default_allowed_updates: ['price'],
              products,
              proration_behavior: 'always_invoice',
              schedule_at_period_end: {
                conditions: [{ type: 'decreasing_item_amount' }, { type: 'shortening_interval' }],
              },
            },
    };
  }

  private async productsOf(plans: readonly StripeOffer[]) {
    const byPlan = Map.groupBy(plans, ({ productKey }) => productKey);
    return Promise.all(
      [...byPlan].slice(0, MAX_PORTAL_PLANS).map(async ([productKey, offers]) => ({
        product: productIdOf(productKey),
        prices: await Promise.all(offers.map((offer) => this.prices.ensure(offer))),
      })),
    );
  }
}
