import { featuresOf } from '../catalog/offer.js';
import type { Tx } from '../database/database.js';
import { hasFeatures } from '../entitlements/entitlements.queries.js';
import type { Sale } from '../orders/sale.js';
import { latestSubscription } from '../subscriptions/subscriptions.queries.js';
import { AlreadyEntitled, AlreadySubscribed } from './checkout.problems.js';

interface Buyer {
  accountId: string;
  /** The mode that the sale is made in: what was only tried out in the other one is no subscription. */
  livemode: boolean;
  now: Date;
}

/**
 * Refuses to sell what an account has already: it has one subscription at a time, and needs a feature once. Bookings
 * can be made again and again. Returns the sale as this account gets it: only the first subscription is tried.
 * @throws AlreadySubscribed, AlreadyEntitled
 */
export async function refuseDuplicateSale(tx: Tx, sale: Sale, { accountId, livemode, now }: Buyer): Promise<Sale> {
  const { productKey, product } = sale;
  if (product.kind === 'plan') return assertNoSubscription(tx, sale, { accountId, livemode });
  if (product.kind !== 'feature' || product.fulfilment === 'booking') return sale;
  const features = featuresOf(productKey, product);
  if (await hasFeatures(tx, { accountId, features, now }))
    throw new AlreadyEntitled({ accountId, product: productKey, features });
  return sale;
}

async function assertNoSubscription(
  tx: Tx,
  sale: Sale,
  { accountId, livemode }: Pick<Buyer, 'accountId' | 'livemode'>,
): Promise<Sale> {
  const latest = await latestSubscription(tx, { accountId, livemode });
  if (latest === undefined) return sale;
  const { plan, status, isOver } = latest;
  if (!isOver) throw new AlreadySubscribed({ accountId, plan, subscriptionStatus: status, portalUrl: null });
  return { ...sale, product: { ...sale.product, trialDays: null, trialCredits: 0 } };
}
