import { invariant } from '../kernel/invariant.js';
import type { StripeCheckout, StripePayment } from '../stripe/objects/sale-objects.js';
import type { Order } from './order.entity.js';

/** A payment as fetched: on a page of Stripe's, or in a form of the app's own. */
export type Payment = StripeCheckout | StripePayment;

/**
 * Whether the order is to be paid by this. The page of an order, or its payment in a form, is not known when the
 * process died between asking for it and noting it: then one counts as its own when all that we write into one is in
 * it. Whoever can write at Stripe can write an order's id anywhere, so the id alone proves nothing.
 */
export function isPaymentOf(order: Order, payment: Payment): boolean {
  return payment.stripeCheckoutSessionId === null ? isFormOf(order, payment) : isPageOf(order, payment);
}

function isPageOf(order: Order, checkout: StripeCheckout): boolean {
  if (order.channel === 'payment_intent') return false;
  const { stripeCheckoutSessionId: page } = order;
  if (page !== null) return page === checkout.stripeCheckoutSessionId;
  return checkout.reference === order.id && isWrittenFor(order, checkout);
}

function isFormOf(order: Order, payment: StripePayment): boolean {
  if (order.channel !== 'payment_intent') return false;
  const { stripePaymentIntentId: known } = order;
  return known === null ? isWrittenFor(order, payment) : known === payment.stripePaymentIntentId;
}

function isWrittenFor(order: Order, { orderId, offered }: Payment): boolean {
  return orderId === order.id && offered.amountMinor === order.offerAmountMinor && offered.currency === order.currency;
}

/** Once an order is paid, money of another payment that names it is not its own: it must be seen, not settled. */
export function assertOwnPayment({ id, purchase }: Order, stripePaymentIntentId: string): void {
  invariant(
    purchase === null || purchase.id === stripePaymentIntentId,
    `payment ${stripePaymentIntentId} is not that of order ${id}`,
  );
}
