import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { ProductKindFixed } from './catalog.problems.js';
import { findProduct } from './catalog.queries.js';
import { type Offer, offerOf, sameOffer } from './offer.js';
import type { Product } from './product.entity.js';

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
 * @throws ProductKindFixed
 */
@Injectable()
export class PutProduct {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: PutProductCommand): Promise<PutProductOutcome> {
    const created = await this.create(tx, command);
    const changed = created || (await this.change(tx, command));
    if (changed) {
      await replacePrices(tx, command);
      await this.recordRevision(tx, command);
    }
    const product = await findProduct(tx, command.key);
    invariant(product !== null, 'a product that was just written is there');
    return { product, created };
  }

  private async create(tx: Tx, { key, offer }: PutProductCommand): Promise<boolean> {
    const inserted: unknown[] = await tx.query(
      `insert into products (key, kind, name, description, credits, validity_days, features, interval, active, created_at, updated_at)
       values ($1, $2, $3, $4, $5::bigint, $6, $7::text[], $8, $9, $10, $10)
       on conflict (key) do nothing
       returning key`,
      [
        key,
        offer.kind,
        offer.name,
        offer.description,
        offer.credits,
        offer.validityDays,
        offer.features,
        offer.interval,
        offer.active,
        this.clock.now(),
      ],
    );
    return inserted.length === 1;
  }

  /** Answers whether the offer is another one. */
  private async change(tx: Tx, { key, offer }: PutProductCommand): Promise<boolean> {
    await tx.query('select from products where key = $1 for no key update', [key]);
    const product = await findProduct(tx, key);
    invariant(product !== null, 'a product is never deleted');
    if (product.kind !== offer.kind)
      throw new ProductKindFixed({ product: key, kind: product.kind, requestedKind: offer.kind });
    if (sameOffer(offerOf(product), offer)) return false;
    await tx.query(
      `update products
       set name = $2,
           description = $3,
           credits = $4::bigint,
           validity_days = $5,
           features = $6::text[],
           interval = $7,
           active = $8,
           revision = revision + 1,
           updated_at = $9
       where key = $1`,
      [
        key,
        offer.name,
        offer.description,
        offer.credits,
        offer.validityDays,
        offer.features,
        offer.interval,
        offer.active,
        this.clock.now(),
      ],
    );
    return true;
  }

  private async recordRevision(tx: Tx, { key, offer, apiKeyId }: PutProductCommand): Promise<void> {
    await tx.query(
      `insert into product_revisions (product_key, revision, offer, recorded_at, api_key_id)
       select key, revision, $2::jsonb, $3, $4
       from products
       where key = $1`,
      [key, JSON.stringify(offer), this.clock.now(), apiKeyId],
    );
  }
}

async function replacePrices(tx: Tx, { key, offer }: PutProductCommand): Promise<void> {
  await tx.query('delete from product_prices where product_key = $1', [key]);
  await tx.query(
    `insert into product_prices (product_key, currency, amount_minor)
     select $1, price.currency, price.amount_minor
     from unnest($2::text[], $3::bigint[]) as price (currency, amount_minor)`,
    [key, offer.prices.map((price) => price.currency), offer.prices.map((price) => price.amountMinor)],
  );
}
