import type Stripe from 'stripe';
import { ORDER_ID, PAYMENT_LINK_ID } from '../client/metadata-keys.js';
import { toDispute } from './dispute-mapper.js';
import type { ListedDispute, ListedPayment, ListedRefund, Marker } from './listed-objects.js';
import { toRefund } from './sale-mappers.js';

export function toListedIntent(intent: Stripe.PaymentIntent): ListedPayment {
  const isPaid = intent.status === 'succeeded';
  return {
    stripeId: intent.id,
    stripePaymentIntentId: intent.id,
    marker: markerOf(intent.metadata),
    isPaid,
    status: intent.status,
    chargedMinor: isPaid ? BigInt(intent.amount_received) : 0n,
    currency: intent.currency,
  };
}

/** A session without a payment intent has charged nothing: it is paid once the customer has confirmed that. */
export function toListedCheckout(session: Stripe.Checkout.Session): ListedPayment {
  const isPaid = session.status === 'complete' && session.payment_status === 'no_payment_required';
  return {
    stripeId: session.id,
    stripePaymentIntentId: null,
    marker: markerOf(session.metadata),
    isPaid,
    status: isPaid ? session.payment_status : (session.status ?? session.payment_status),
    chargedMinor: 0n,
    currency: session.currency,
  };
}

/** Payment intent expanded. */
export function toListedRefund(refund: Stripe.Refund): ListedRefund {
  return { ...toRefund(refund), ...paymentOf(refund.payment_intent) };
}

/** Charge expanded, and its payment intent. */
export function toListedDispute(dispute: Stripe.Dispute): ListedDispute {
  const { payment_intent: payment } = dispute.charge as Stripe.Charge;
  return { ...toDispute(dispute), marker: paymentOf(payment).marker };
}

/** Whether it belongs to the mode of the key, as far as its payment says so. */
export function isOfMode(payment: string | Stripe.PaymentIntent | null, livemode: boolean): boolean {
  return payment === null || typeof payment === 'string' || payment.livemode === livemode;
}

function paymentOf(payment: string | Stripe.PaymentIntent | null) {
  if (payment === null || typeof payment === 'string') return { stripePaymentIntentId: payment, marker: null };
  return { stripePaymentIntentId: payment.id, marker: markerOf(payment.metadata) };
}

function markerOf(metadata: Stripe.Metadata | null): Marker | null {
  const orderId = metadata?.[ORDER_ID] ?? null;
  const paymentLinkId = metadata?.[PAYMENT_LINK_ID] ?? null;
  return orderId === null && paymentLinkId === null ? null : { orderId, paymentLinkId };
}
