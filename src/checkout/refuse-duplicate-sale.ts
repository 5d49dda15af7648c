import { featuresOf } from '../catalog/offer.js';
import type { Tx } from '../database/database.js';
import { hasFeatures } from '../entitlements/entitlements.queries.js';
import type { Sale } from '../orders/sale.js';
import { AlreadyEntitled, AlreadySubscribed } from './checkout.problems.js';

interface Buyer {
  accountId: string;
  /** The mode that the sale is made in: what was only tried out in the other one is no subscription. */
  livemode: boolean;
  now: Date;
}

/**
 * Tells who already has what is asked for: an account has one subscription at a time, and needs a feature once.
 * Bookings can be made again and again. Answers the sale as this account gets it: only the first subscription is tried.
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

/** The table belongs to the room of subscriptions, which stands on this one and cannot be imported. */
async function assertNoSubscription(
  tx: Tx,
  sale: Sale,
  { accountId, livemode }: Pick<Buyer, 'accountId' | 'livemode'>,
): Promise<Sale> {
  // One that was moved to products of somebody else is in nobody's way: it is followed, and holds no plan of ours.
  const known: { plan: string; status: string; is_over: boolean }[] = await tx.query(
    `select plan, status, is_over
     from subscriptions
     cross join lateral (select status in ('canceled', 'incomplete_expired') or items = '[]'::jsonb) over (is_over)
     where account_id = $1
       and livemode = $2
     order by is_over, ordinal desc`,
    [accountId, livemode],
  );
  const [latest] = known;
  if (latest === undefined) return sale;
  const { plan, status, is_over: isOver } = latest;
  if (!isOver) throw new AlreadySubscribed({ accountId, plan, subscriptionStatus: status, portalUrl: null });
  return { ...sale, product: { ...sale.product, trialDays: null, trialCredits: 0 } };
}
