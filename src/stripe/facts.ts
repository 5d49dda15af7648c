import type Stripe from 'stripe';
import { ORDER_ID } from './metadata-keys.js';

/**
 * What an event tells us, in words of ours: which object to look at again. Nothing else of an event is believed, since
 * events come late, twice and out of order; what the object is now is fetched.
 */
export type Fact =
  | { kind: 'checkout-changed'; stripeCheckoutSessionId: string }
  | { kind: 'payment-succeeded'; stripePaymentIntentId: string; orderId: string }
  | { kind: 'refunds-changed'; stripePaymentIntentId: string }
  | { kind: 'ignored' };

const IGNORED: Fact = { kind: 'ignored' };

/** Reads the payload of an event that was verified when it came in. */
export function readFact(payload: unknown): Fact {
  const event = payload as Stripe.Event;
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return checkoutChanged(event.data.object);
    case 'payment_intent.succeeded':
      return paymentSucceeded(event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refunded':
      return refundsChanged(event.data.object.payment_intent);
    default:
      return IGNORED;
  }
}

function checkoutChanged(session: Stripe.Checkout.Session): Fact {
  if (session.metadata?.[ORDER_ID] === undefined || session.mode !== 'payment') return IGNORED;
  return { kind: 'checkout-changed', stripeCheckoutSessionId: session.id };
}

function paymentSucceeded(intent: Stripe.PaymentIntent): Fact {
  const orderId = intent.metadata[ORDER_ID];
  if (orderId === undefined) return IGNORED;
  return { kind: 'payment-succeeded', stripePaymentIntentId: intent.id, orderId };
}

function refundsChanged(paymentIntent: string | Stripe.PaymentIntent | null): Fact {
  if (paymentIntent === null) return IGNORED;
  const stripePaymentIntentId = typeof paymentIntent === 'string' ? paymentIntent : paymentIntent.id;
  return { kind: 'refunds-changed', stripePaymentIntentId };
}
