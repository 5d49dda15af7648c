import type Stripe from 'stripe';
import { idOf, planOf } from '../objects/billing-mappers.js';

/** A subscription as it is listed, whatever it holds. */
export interface ListedSubscription {
  stripeId: string;
  stripeCustomerId: string;
  /** In Stripe's own words. */
  status: string;
  /** `plan` is null where the product's id names none of the catalogue; it may still stand for one by adoption. */
  items: readonly { plan: string | null; stripeProductId: string; quantity: number }[];
  isCollectionPaused: boolean;
  cancelAt: Date | null;
}

export function toListedSubscription(subscription: Stripe.Subscription): ListedSubscription {
  const { id, customer, status, items, pause_collection: pause, cancel_at: cancelAt } = subscription;
  return {
    stripeId: id,
    stripeCustomerId: idOf(customer),
    status,
    items: items.data.map(({ price, quantity = 1 }) => ({
      plan: planOf(price.product) ?? null,
      stripeProductId: idOf(price.product),
      quantity,
    })),
    isCollectionPaused: pause !== null,
    cancelAt: cancelAt === null ? null : new Date(cancelAt * 1000),
  };
}
