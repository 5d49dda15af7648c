import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../catalog/offer.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { sha256 } from '../kernel/sha-256.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { StripePortal } from '../stripe/customers/portal.gateway.js';
import type { StripeOffer } from '../stripe/objects/sale-objects.js';
import { storePortalConfiguration } from './customers.store.js';
import { PortalConfiguration } from './portal-configuration.entity.js';

/**
 * Keeps what the portal offers in step with the catalogue: it is set up anew whenever that has changed since. Must not
 * be called in a transaction. @throws StripeUnavailable, StripeRefused
 */
@Injectable()
export class SetUpPortal {
  private readonly settingUp = new SharedCalls<string>();

  constructor(
    private readonly database: Database,
    private readonly catalog: CatalogQueries,
    private readonly stripe: StripePortal,
    private readonly clock: Clock,
  ) {}

  /** Returns Stripe's id of the configuration; `isGone` says that Stripe does not know the one that is known here. */
  async run({ isGone = false } = {}): Promise<string> {
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
