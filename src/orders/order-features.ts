import { featuresOf } from '../catalog/offer.js';
import { addDays } from '../kernel/clock.js';
import type { Order } from './order.entity.js';

/** What a paid order opens: nothing while all of its money is back, or some of it where the product says so. */
export type FeatureOrder = Pick<
  Order,
  'productKey' | 'product' | 'chargedMinor' | 'refundedMinor' | 'disputedMinor' | 'fulfilledAt'
>;

/** The features that an order opens now, and until when. A plan's are opened by its subscription. Pure. */
export function featuresOpenBy(order: FeatureOrder): { feature: string; expiresAt: Date | null }[] {
  const { productKey, product, fulfilledAt } = order;
  if (fulfilledAt === null || product.kind === 'plan' || isReturned(order)) return [];
  const expiresAt = product.validityDays === null ? null : addDays(fulfilledAt, product.validityDays);
  return featuresOf(productKey, product).map((feature) => ({ feature, expiresAt }));
}

/** Whether so much of the money is back that what was bought for it is closed. */
export function isReturned({ product, chargedMinor, refundedMinor, disputedMinor }: FeatureOrder): boolean {
  const returnedMinor = refundedMinor + disputedMinor;
  if (returnedMinor <= 0n) return false;
  return returnedMinor >= (chargedMinor ?? 0n) || product.onPartialRefund === 'close';
}
