import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../catalog/offer.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { sha256 } from '../kernel/sha-256.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { StripePortal } from '../stripe/customers/portal.gateway.js';
import type { StripeOffer } from '../stripe/objects/sale-objects.js';
import { Customers } from './customers.js';
import { storePortalConfiguration } from './customers.store.js';
import { PortalConfiguration } from './portal-configuration.entity.js';

/**
 * Opens the page on which a customer changes plan, card and address, or cancels. What it offers is kept in step with
 * the catalogue: it is set up anew whenever that has changed since. Must not be called in a transaction.
 * @throws AccountNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class OpenPortal {
  private readonly settingUp = new SharedCalls<string>();

  constructor(
    private readonly database: Database,
    private readonly catalog: CatalogQueries,
    private readonly customers: Customers,
    private readonly stripe: StripePortal,
    private readonly clock: Clock,
  ) {}

  async run(accountId: string, returnUrl: string): Promise<string> {
    try {
      return await this.open(accountId, returnUrl, await this.configuration());
    } catch (error) {
      if (!(error instanceof StripeRefused) || !error.isAbout('configuration')) throw error;
      return this.open(accountId, returnUrl, await this.configuration({ isGone: true }));
    }
  }

  private open(accountId: string, returnUrl: string, stripeConfigurationId: string): Promise<string> {
    return this.customers.use(accountId, (stripeCustomerId) =>
      this.stripe.open({ stripeCustomerId, stripeConfigurationId, returnUrl }),
    );
  }

  private async configuration({ isGone = false } = {}): Promise<string> {
    const offers = await this.offers();
    const digest = sha256(JSON.stringify(offers.map((offer) => Object.values(offer).map(String))));
    const { livemode } = this.stripe;
    const known = await this.database.dataSource.manager.findOneBy(PortalConfiguration, { livemode });
    if (!isGone && known?.digest.equals(digest) === true) return known.stripeConfigurationId;
    const { answer } = await this.settingUp.run(digest.toString('hex'), () =>
      this.setUp(offers, digest, isGone ? null : (known?.stripeConfigurationId ?? null)),
    );
    return answer;
  }

  private async setUp(offers: StripeOffer[], digest: Buffer, known: string | null): Promise<string> {
    const stripeConfigurationId = await this.stripe.setUp(offers, known);
    const { livemode } = this.stripe;
    await this.database.transaction((tx) =>
      storePortalConfiguration(tx, { livemode, stripeConfigurationId, digest }, this.clock.now()),
    );
    return stripeConfigurationId;
  }

  private async offers(): Promise<StripeOffer[]> {
    const plans = await this.catalog.onSale(['plan']);
    return plans.flatMap((product) => portalOffersOf(product.key, offerOf(product)));
  }
}

function portalOffersOf(productKey: string, { name, prices, interval }: Offer): StripeOffer[] {
  return prices.map(({ currency, amountMinor }) => ({
    productKey,
    name,
    currency,
    unitAmountMinor: BigInt(amountMinor),
    interval: interval ?? undefined,
  }));
}
