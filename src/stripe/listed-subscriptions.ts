import type Stripe from 'stripe';
import { idOf, planOf } from './billing-mappers.js';

/** A subscription as it is listed, whatever it holds. */
export interface ListedSubscription {
  stripeId: string;
  stripeCustomerId: string;
  /** In Stripe's own words. */
  status: string;
  /** What of it may be plans of ours. */
  items: readonly { plan: string; quantity: number }[];
  isCollectionPaused: boolean;
  cancelAt: Date | null;
}

export function toListedSubscription(subscription: Stripe.Subscription): ListedSubscription {
  const { id, customer, status, items, pause_collection: pause, cancel_at: cancelAt } = subscription;
  return {
    stripeId: id,
    stripeCustomerId: idOf(customer),
    status,
    items: items.data.flatMap(({ price, quantity = 1 }) => {
      const plan = planOf(price.product);
      return plan === undefined ? [] : { plan, quantity };
    }),
    isCollectionPaused: pause !== null,
    cancelAt: cancelAt === null ? null : new Date(cancelAt * 1000),
  };
}
