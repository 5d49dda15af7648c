import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { credits } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import { requireMeter } from '../rating/meters/meters.queries.js';
import { ProductKindFixed } from './catalog.problems.js';
import { findProduct } from './catalog.queries.js';
import { type Offer, offerOf, sameOffer } from './offer.js';
import { Product, ProductPrice } from './product.entity.js';
import { ProductRevision } from './product-revision.entity.js';

export interface PutProductCommand {
  key: string;
  offer: Offer;
  /** Who changed the catalogue. */
  apiKeyId: string;
}

export interface PutProductOutcome {
  product: Product;
  created: boolean;
}

/**
 * Adds a product or replaces its offer, and keeps every offer there ever was as a revision. An offer that says what
 * holds already changes nothing. What was bought before keeps its terms. Locks the product's row.
 * @throws ProductKindFixed, MeterNotFound
 */
@Injectable()
export class PutProduct {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: PutProductCommand): Promise<PutProductOutcome> {
    for (const { meter } of command.offer.included ?? []) await requireMeter(tx, meter);
    const created = await this.create(tx, command);
    const changed = created || (await this.change(tx, command));
    if (changed) await replacePrices(tx, command);
    const product = await findProduct(tx, command.key);
    invariant(product !== null, 'a product that was just written is there');
    if (changed) await this.recordRevision(tx, product.revision, command);
    return { product, created };
  }

  private async create(tx: Tx, { key, offer }: PutProductCommand): Promise<boolean> {
    const now = this.clock.now();
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(Product)
      .values({ key, kind: offer.kind, ...fieldsOf(offer), createdAt: now, updatedAt: now })
      .orIgnore()
      .updateEntity(false)
      .returning('key')
      .execute();
    return raw.length === 1;
  }

  /** Returns whether the offer is another one. */
  private async change(tx: Tx, { key, offer }: PutProductCommand): Promise<boolean> {
    await tx.findOne(Product, { where: { key }, lock: { mode: 'for_no_key_update' } });
    const product = await findProduct(tx, key);
    invariant(product !== null, 'a product is never deleted');
    if (product.kind !== offer.kind)
      throw new ProductKindFixed({ product: key, kind: product.kind, requestedKind: offer.kind });
    if (sameOffer(offerOf(product), offer)) return false;
    await tx.update(
      Product,
      { key },
      { ...fieldsOf(offer), revision: () => 'revision + 1', updatedAt: this.clock.now() },
    );
    return true;
  }

  private async recordRevision(
    tx: Tx,
    revision: number,
    { key: productKey, offer, apiKeyId }: PutProductCommand,
  ): Promise<void> {
    await tx.insert(ProductRevision, { productKey, revision, offer, recordedAt: this.clock.now(), apiKeyId });
  }
}

/** What of an offer is kept with its product, next to the prices and the kind, which never changes. */
function fieldsOf(offer: Offer) {
  const { kind, prices, rollover, ...fields } = offer;
  return {
    ...fields,
    credits: credits(offer.credits),
    rolloverMonths: rollover?.months ?? null,
    rolloverCapCredits: rollover?.capCredits ?? null,
  };
}

async function replacePrices(tx: Tx, { key: productKey, offer }: PutProductCommand): Promise<void> {
  await tx.delete(ProductPrice, { productKey });
  const prices = offer.prices.map(({ currency, amountMinor }) => ({ productKey, currency, amountMinor }));
  if (prices.length > 0) await tx.insert(ProductPrice, prices);
}
