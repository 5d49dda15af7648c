import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { StripeGateway } from '../stripe/selling/selling.gateway.js';
import { SETTLED, type SettlementWrite } from './settlement-write.js';

/**
 * Facts about what is sold. The catalogue here is the original and Stripe's the mirror: what was changed there is put
 * right.
 */
@Injectable()
export class CatalogFacts {
  constructor(
    private readonly catalog: CatalogQueries,
    private readonly stripe: StripeGateway,
  ) {}

  async productChanged(productKey: string): Promise<SettlementWrite | undefined> {
    const product = await this.catalog.find(productKey);
    if (product === null) return undefined;
    await this.stripe.mirrorProduct({ productKey, name: product.name, isOnSale: product.active });
    return SETTLED;
  }
}
