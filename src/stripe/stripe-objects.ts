/** What Stripe's objects say, in words of ours. Closed unions: a value that Stripe adds later falls into a default. */

/** What became of the page on which a customer pays. `paid` also when there was nothing to pay. */
export type CheckoutState = 'open' | 'expired' | 'processing' | 'failed' | 'paid';

/** A checkout session in payment mode, as fetched. */
export interface StripeCheckout {
  stripeCheckoutSessionId: string;
  /** The order that the session was made for; null when it is none of ours. */
  orderId: string | null;
  /** What its maker refers to with it: on a session of ours the order, once more. */
  reference: string | null;
  /** What all of it costs, before discounts and tax. */
  offered: { amountMinor: bigint | null; currency: string | null };
  /** Where the customer pays; null when the session is no longer open. */
  url: string | null;
  expiresAt: Date;
  state: CheckoutState;
  /** Null until the session is paid, and for ever when nothing was to be paid. */
  stripePaymentIntentId: string | null;
  /** What was really charged, after discount and with tax; 0 until it is. */
  chargedMinor: bigint;
  /** Of the charge; null where Stripe names none. */
  currency: string | null;
}

export interface StripePayment {
  stripePaymentIntentId: string;
  /** The order that the payment is for; null when it is none of ours. */
  orderId: string | null;
}

export type StripeRefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export interface StripeRefund {
  stripeRefundId: string;
  /** Our own id of the refund; null when it was made on Stripe's side. */
  refundId: string | null;
  amountMinor: bigint;
  currency: string;
  status: StripeRefundStatus;
  failureReason: string | null;
}

/** What a checkout session is to sell. Stripe shows `name` on its page. */
export interface StripeOffer {
  productKey: string;
  name: string;
  currency: string;
  unitAmountMinor: bigint;
}

export interface NewCheckout {
  orderId: string;
  stripeCustomerId: string;
  offer: StripeOffer;
  quantity: number;
  successUrl: string;
  cancelUrl: string;
}

export interface NewCustomer {
  accountId: string;
  email: string | null;
  name: string | null;
  /** A customer that is no longer there and that this one takes the place of. */
  replaces: string | null;
}

export interface NewRefund {
  refundId: string;
  orderId: string;
  stripePaymentIntentId: string;
  amountMinor: bigint;
}
