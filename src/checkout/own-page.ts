import type { StripeCheckout } from '../stripe/stripe-objects.js';
import type { Order } from './order.js';

/**
 * Whether the order is to be paid on this page. The page of an order is not known when the process died between opening
 * it and noting it: then a session counts as its page when all that we write into one is in it. Whoever can write at
 * Stripe can write an order's id anywhere, so the id alone proves nothing.
 */
export function isPageOf(order: Order, checkout: StripeCheckout): boolean {
  const { stripeCheckoutSessionId: page } = order;
  if (page !== null) return page === checkout.stripeCheckoutSessionId;
  const { orderId, reference, offered } = checkout;
  return (
    orderId === order.id &&
    reference === order.id &&
    offered.amountMinor === order.offerAmountMinor &&
    offered.currency === order.currency
  );
}
