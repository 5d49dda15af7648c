import { Inject, Injectable } from '@nestjs/common';
import { ProductNotFound } from '../catalog/catalog.problems.js';
import { findProduct } from '../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../catalog/offer.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused, ValidationFailed } from '../http/http.problems.js';
import { keyDigest } from '../http/idempotency-key.js';
import { reserveKey } from '../http/reserved-keys.js';
import { Clock } from '../kernel/clock.js';
import { MAX_REQUEST_CREDITS } from '../kernel/credits.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';
import { abandonOrder } from './abandon-order.js';
import { CurrencyNotOffered, ProductNotForSale } from './checkout.problems.js';
import { ORDER_COLUMNS, type Order, type OrderRow, type ProductSnapshot, toOrder } from './order.js';

export interface PlaceOrderCommand {
  accountId: string;
  product: string;
  quantity?: number;
  currency?: string;
  successUrl?: string;
  cancelUrl?: string;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/**
 * Records what is to be sold, with the product as it is now, before anything is asked of Stripe. The same idempotency
 * key answers the same order. Locks the key. @throws ProductNotFound, ProductNotForSale, CurrencyNotOffered,
 * IdempotencyKeyReused
 */
@Injectable()
export class PlaceOrder {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
    private readonly stripe: StripeGateway,
  ) {}

  async run(tx: Tx, command: PlaceOrderCommand): Promise<Order> {
    const { accountId, idempotencyKey, fingerprint } = command;
    const digest = idempotencyKey === undefined ? null : keyDigest(accountId, idempotencyKey);
    if (digest !== null) {
      const known = await lockKey(tx, accountId, digest);
      if (known !== undefined && isSame(known, fingerprint)) return known;
      if (known !== undefined) await this.freeKey(tx, known);
      await reserveKey(tx, { accountId, digest, fingerprint }, this.clock.now());
    }
    return this.insert(tx, command, digest);
  }

  private async insert(tx: Tx, command: PlaceOrderCommand, digest: Buffer | null): Promise<Order> {
    const { accountId, quantity = 1, fingerprint } = command;
    const offer = await packOf(tx, command.product);
    const price = priceOf(command, offer);
    const credits = offer.credits * quantity;
    if (credits > MAX_REQUEST_CREDITS)
      throw ValidationFailed.at('/quantity', `must keep the credits within ${MAX_REQUEST_CREDITS}`);
    const now = this.clock.now();
    const id = newId('ord', now);
    const snapshot: ProductSnapshot = {
      name: offer.name,
      kind: offer.kind,
      credits: offer.credits,
      validityDays: offer.validityDays,
      features: offer.features,
    };
    const [row]: OrderRow[] = await tx.query(
      `insert into orders (id, account_id, product_key, product_snapshot, quantity, credits, offer_amount_minor, currency,
         status, idempotency_digest, idempotency_fingerprint, livemode, success_url, cancel_url, created_at, updated_at)
       values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, 'pending', $9, $10, $11, $12, $13, $14, $14)
       returning ${ORDER_COLUMNS}`,
      [
        id,
        accountId,
        command.product,
        JSON.stringify(snapshot),
        quantity,
        credits,
        price * quantity,
        command.currency ?? offer.prices[0]?.currency,
        digest,
        digest === null ? null : fingerprint,
        this.stripe.livemode,
        command.successUrl ?? `${this.runtime.publicUrl}/checkout/success?order=${id}`,
        command.cancelUrl ?? `${this.runtime.publicUrl}/checkout/cancelled?order=${id}`,
        now,
      ],
    );
    invariant(row !== undefined, 'an insert returns its row');
    return toOrder(row);
  }

  /** An order that Stripe gave no answer about, and so neither we to our caller, frees its key for another request. */
  private async freeKey(tx: Tx, order: Order): Promise<void> {
    if (order.unansweredAt === null) throw new IdempotencyKeyReused();
    await abandonOrder(tx, order, this.clock.now());
  }
}

async function packOf(tx: Tx, key: string): Promise<Offer> {
  const product = await findProduct(tx, key);
  if (product === null) throw new ProductNotFound({ product: key });
  const offer = offerOf(product);
  if (!offer.active || offer.kind !== 'pack')
    throw new ProductNotForSale({ product: key, kind: offer.kind, active: offer.active });
  return offer;
}

/** Minor units of one unit. */
function priceOf({ product, currency }: PlaceOrderCommand, { prices }: Offer): number {
  const price = currency === undefined ? prices[0] : prices.find((price) => price.currency === currency);
  if (price !== undefined) return price.amountMinor;
  throw new CurrencyNotOffered({
    product,
    currency: currency ?? '',
    currencies: prices.map((price) => price.currency),
  });
}

function isSame(order: Order, fingerprint: Buffer): boolean {
  return order.idempotencyFingerprint?.equals(fingerprint) ?? false;
}

/** Makes requests with the same key take turns, until the transaction ends, and finds the order that the key names. */
async function lockKey(tx: Tx, accountId: string, digest: Buffer): Promise<Order | undefined> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [digest.readBigInt64BE(0).toString()]);
  const [row]: OrderRow[] = await tx.query(
    `select ${ORDER_COLUMNS} from orders where idempotency_digest = $1 and account_id = $2 for update`,
    [digest, accountId],
  );
  return row === undefined ? undefined : toOrder(row);
}
