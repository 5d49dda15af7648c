import type Stripe from 'stripe';
import { ORDER_ID, PAYMENT_LINK_ID, REFUND_ID } from '../client/metadata-keys.js';
import type {
  CheckoutState,
  PaymentState,
  StripeCheckout,
  StripeFraudWarning,
  StripeLinkOrigin,
  StripePayment,
  StripeRefund,
  StripeRefundStatus,
} from './sale-objects.js';

/**
 * What was charged is only known where the payment intent is expanded; a session that is not paid has charged nothing.
 */
export function toCheckout(session: Stripe.Checkout.Session): StripeCheckout {
  const intent = typeof session.payment_intent === 'string' ? null : session.payment_intent;
  const state = stateOf(session, intent);
  return {
    stripeCheckoutSessionId: session.id,
    orderId: session.metadata?.[ORDER_ID] ?? null,
    reference: session.client_reference_id,
    stripeCustomerId: idOrNull(session.customer),
    link: linkOf(session),
    offered: {
      amountMinor: session.amount_subtotal === null ? null : BigInt(session.amount_subtotal),
      currency: session.currency,
    },
    url: session.url,
    expiresAt: new Date(session.expires_at * 1000),
    state,
    stripePaymentIntentId: typeof session.payment_intent === 'string' ? session.payment_intent : (intent?.id ?? null),
    chargedMinor: state === 'paid' ? BigInt(intent?.amount_received ?? session.amount_total ?? 0) : 0n,
    taxMinor: state === 'paid' ? BigInt(session.total_details?.amount_tax ?? 0) : 0n,
    currency: intent?.currency ?? session.currency,
    isSubscription: session.mode === 'subscription',
    stripeSubscriptionId: idOrNull(session.subscription),
  };
}

function idOrNull(object: string | { id: string } | null): string | null {
  return object === null || typeof object === 'string' ? object : object.id;
}

/** `no_payment_required` alone says nothing: it is set before the customer has confirmed. */
function stateOf(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | null): CheckoutState {
  if (session.status === 'expired') return 'expired';
  if (session.status !== 'complete') return 'open';
  if (session.payment_status === 'paid' || session.payment_status === 'no_payment_required') return 'paid';
  return intent?.status === 'requires_payment_method' || intent?.status === 'canceled' ? 'failed' : 'processing';
}

function linkOf({ payment_link: link, metadata }: Stripe.Checkout.Session): StripeLinkOrigin | null {
  if (link === null) return null;
  return {
    stripePaymentLinkId: typeof link === 'string' ? link : link.id,
    paymentLinkId: metadata?.[PAYMENT_LINK_ID] ?? null,
  };
}

export function toPayment(intent: Stripe.PaymentIntent, askedAt: Date): StripePayment {
  const state = paymentStateOf(intent);
  return {
    stripePaymentIntentId: intent.id,
    stripeCheckoutSessionId: null,
    orderId: intent.metadata[ORDER_ID] ?? null,
    paymentLinkId: intent.metadata[PAYMENT_LINK_ID] ?? null,
    offered: { amountMinor: BigInt(intent.amount), currency: intent.currency },
    state,
    chargedMinor: state === 'paid' ? BigInt(intent.amount_received) : 0n,
    taxMinor: 0n,
    currency: intent.currency,
    askedAt,
  };
}

/**
 * A declined payment goes back to asking for another way to pay; only the error tells it from one that was never tried.
 */
function paymentStateOf({ status, last_payment_error: error }: Stripe.PaymentIntent): PaymentState {
  switch (status) {
    case 'succeeded':
      return 'paid';
    case 'processing':
      return 'underway';
    case 'canceled':
      return 'canceled';
    case 'requires_payment_method':
      return error === null ? 'asked' : 'declined';
    default:
      return 'asked';
  }
}

export function toRefund(refund: Stripe.Refund): StripeRefund {
  return {
    stripeRefundId: refund.id,
    refundId: refund.metadata?.[REFUND_ID] ?? null,
    amountMinor: BigInt(refund.amount),
    currency: refund.currency,
    status: refundStatusOf(refund.status),
    failureReason: refund.failure_reason ?? null,
  };
}

function refundStatusOf(status: string | null): StripeRefundStatus {
  switch (status) {
    case 'requires_action':
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return status;
    default:
      return 'pending';
  }
}

/** Where the warning names no payment intent, its charge does, as far as that is expanded. */
export function toFraudWarning(warning: Stripe.Radar.EarlyFraudWarning): StripeFraudWarning {
  const charge = typeof warning.charge === 'string' ? null : warning.charge;
  const payment = warning.payment_intent ?? charge?.payment_intent ?? null;
  return {
    stripeFraudWarningId: warning.id,
    stripePaymentIntentId: payment === null || typeof payment === 'string' ? payment : payment.id,
    fraudType: warning.fraud_type,
    warnedAt: new Date(warning.created * 1000),
  };
}
