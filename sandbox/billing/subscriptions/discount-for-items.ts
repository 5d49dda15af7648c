import type Stripe from 'stripe';
import { type Buyer, discountOfParams } from '../../checkout/discounts/discounts.js';
import type { SessionDiscount } from '../../kinds/session.js';
import type { Work } from '../../store/work.js';
import type { ItemPrice } from './item-price.js';

interface ItemsBuyer extends Omit<Buyer, 'items'> {
  items: { price: ItemPrice; quantity: number }[];
}

/** The discount that a call asks for, when it can be had for these items. */
export const discountForItems = (
  work: Work,
  given: Pick<Stripe.SubscriptionCreateParams.Discount, 'coupon' | 'promotion_code'>[],
  { items, ...buyer }: ItemsBuyer,
): Promise<SessionDiscount | undefined> =>
  discountOfParams(work, given, {
    ...buyer,
    items: items.map(({ price, quantity }) => ({
      amount_subtotal: price.ofLine.unitAmountMinor * quantity,
      price: price.shown,
    })),
  });
