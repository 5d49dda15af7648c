import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../catalog/catalog.problems.js';
import { findProduct } from '../catalog/catalog.queries.js';
import { type Offer, offerOf, type Price } from '../catalog/offer.js';
import type { ProductKind } from '../catalog/product.entity.js';
import type { Tx } from '../database/database.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { type Credits, credits, MAX_REQUEST_CREDITS } from '../kernel/credits.js';
import type { OrderChannel, ProductSnapshot } from './order.entity.js';

export interface SaleRequest {
  product: string;
  /** How it is to be paid: a plan is begun on a page of its own. */
  channel: OrderChannel;
  quantity?: number;
  currency?: string;
}

/** What is to be sold, with the product and its price as the catalogue has them now. */
export interface Sale {
  productKey: string;
  product: ProductSnapshot;
  quantity: number;
  /** Of all units together, as is the amount, in minor units. */
  credits: Credits;
  amountMinor: bigint;
  currency: string;
}

/**
 * Looks up what is asked for. Without a currency the price in `defaultCurrency` counts, and where there is none the
 * first.
 * @throws ProductNotFound, ProductNotForSale, CurrencyNotOffered, ValidationFailed (more credits than one request may
 * move)
 */
export async function quoteSale(tx: Tx, request: SaleRequest, defaultCurrency: string): Promise<Sale> {
  const { product: productKey, quantity = 1 } = request;
  const offer = await offerFor(tx, request);
  if (offer.kind !== 'pack' && quantity !== 1) throw ValidationFailed.at('/quantity', `must be 1 for a ${offer.kind}`);
  const price = priceOf(request, offer, defaultCurrency);
  const total = offer.credits * quantity;
  if (total > MAX_REQUEST_CREDITS)
    throw ValidationFailed.at('/quantity', `must keep the credits within ${MAX_REQUEST_CREDITS}`);
  return {
    productKey,
    product: offer,
    quantity,
    credits: credits(total),
    amountMinor: BigInt(price.amountMinor) * BigInt(quantity),
    currency: price.currency,
  };
}

const SOLD_BY: Record<OrderChannel, readonly ProductKind[]> = {
  checkout_session: ['pack', 'feature', 'plan'],
  payment_link: ['pack', 'feature'],
  payment_intent: ['pack', 'feature'],
  subscription: ['plan'],
};

/** A feature without a price is open to all, and not sold. */
async function offerFor(tx: Tx, { product: key, channel }: SaleRequest): Promise<Offer> {
  const product = await findProduct(tx, key);
  if (product === null) throw new ProductNotFound({ product: key });
  const offer = offerOf(product);
  const { kind, active } = offer;
  if (!active || offer.prices.length === 0 || !SOLD_BY[channel].includes(kind))
    throw new ProductNotForSale({ product: key, kind, active });
  return offer;
}

function priceOf({ product, currency }: SaleRequest, { prices }: Offer, defaultCurrency: string): Price {
  const named = prices.find((price) => price.currency === (currency ?? defaultCurrency));
  const price = named ?? (currency === undefined ? prices[0] : undefined);
  if (price !== undefined) return price;
  throw new CurrencyNotOffered({
    product,
    currency: currency ?? defaultCurrency,
    currencies: prices.map((price) => price.currency),
  });
}
