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
      `insert into products (key, kind, ${OFFER_COLUMNS.join(', ')}, created_at, updated_at)
       values ($1, $17, ${OFFER_COLUMNS.map((_, index) => `$${index + 2}`).join(', ')}, $16, $16)
       on conflict (key) do nothing
       returning key`,
      [key, ...offerValues(offer), this.clock.now(), offer.kind],
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
       set ${OFFER_COLUMNS.map((column, index) => `${column} = $${index + 2}`).join(', ')},
           revision = revision + 1,
           updated_at = $16
       where key = $1`,
      [key, ...offerValues(offer), this.clock.now()],
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

/** What of an offer is kept with its product, beside the prices and the kind, which never changes. */
const OFFER_COLUMNS = [
  'name',
  'description',
  'credits',
  'validity_days',
  'features',
  'interval',
  'trial_days',
  'trial_credits',
  'rollover_months',
  'rollover_cap_credits',
  'seats',
  'on_partial_refund',
  'fulfilment',
  'active',
] as const;

/** In the order of the columns. */
function offerValues(offer: Offer): unknown[] {
  return [
    offer.name,
    offer.description,
    offer.credits,
    offer.validityDays,
    offer.features,
    offer.interval,
    offer.trialDays,
    offer.trialCredits,
    offer.rollover?.months ?? null,
    offer.rollover?.capCredits ?? null,
    offer.seats,
    offer.onPartialRefund,
    offer.fulfilment,
    offer.active,
  ];
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
