import type Stripe from 'stripe';
import type { LastingDiscount } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import type { SessionDiscount } from '../../kinds/session.js';
import { findObject, insertObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { anniversary } from '../periods.js';

/** The discount, unless it is over by then. */
export const discountAt = (discount: LastingDiscount | undefined, at: number): LastingDiscount | undefined =>
  discount === undefined || (discount.endsAt !== null && discount.endsAt <= at) ? undefined : discount;

/** Keeps a discount for a subscription that is first billed at `billedAt`, for as long as its coupon says. */
export async function keepDiscount(
  work: Work,
  given: SessionDiscount,
  subscription: { id: string; customerId: string },
  billedAt: number,
): Promise<LastingDiscount> {
  const coupon = await findObject(work.tx, kinds.coupon, given.couponId);
  const discount = { ...given, endsAt: endOf(coupon?.shown, billedAt) };
  const shown: Stripe.Discount = {
    id: given.id,
    object: 'discount',
    checkout_session: null,
    customer: subscription.customerId,
    customer_account: null,
    end: discount.endsAt,
    invoice: null,
    invoice_item: null,
    promotion_code: given.promotionCodeId,
    source: { coupon: given.couponId, type: 'coupon' },
    start: work.now,
    subscription: subscription.id,
    subscription_item: null,
  };
  await insertObject(work.tx, kinds.discount, work.now, shown, {});
  return discount;
}

function endOf(coupon: Stripe.Coupon | undefined, billedAt: number): number | null {
  switch (coupon?.duration) {
    case 'forever':
      return null;
    case 'repeating':
      return anniversary(billedAt, { interval: 'month', interval_count: 1 }, coupon.duration_in_months ?? 1);
    default:
      return billedAt + 1;
  }
}
