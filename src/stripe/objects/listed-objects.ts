import type { StripeDispute, StripeRefund } from './sale-objects.js';

/** What says on Stripe's side that an object was made here: the order or the payment link in its metadata. */
export interface Marker {
  orderId: string | null;
  paymentLinkId: string | null;
}

/** A payment as it is listed: a payment intent, or a checkout session on which nothing had to be paid. */
export interface ListedPayment {
  /** Of the payment intent, or of the session. */
  stripeId: string;
  stripePaymentIntentId: string | null;
  /** Null for a payment that was not made here. */
  marker: Marker | null;
  isPaid: boolean;
  /** In Stripe's own words. */
  status: string;
  /** What was really charged; 0 until it is. */
  chargedMinor: bigint;
  currency: string | null;
}

/** The marker is that of its payment. */
export interface ListedRefund extends StripeRefund {
  stripePaymentIntentId: string | null;
  marker: Marker | null;
}

/** The marker is that of its payment. */
export interface ListedDispute extends StripeDispute {
  marker: Marker | null;
}

/**
 * An event that no webhook endpoint of the account has fully taken, as far as it concerns money of accounts, or may.
 */
export interface UndeliveredEvent {
  stripeEventId: string;
  /** `refunds_of_payment` says of a payment that some of its refunds changed, and not which. */
  about: 'payment' | 'invoice' | 'refund' | 'dispute' | 'refunds_of_payment';
  stripeId: string;
}

/** What is listed: created from `from` to `to`, newest first, behind the object `after`. */
export interface ListQuery {
  from: Date;
  to: Date;
  after: string | null;
}

export interface Listed<T> {
  data: T[];
  /** Behind which object the next page begins; null on the last. */
  next: string | null;
  /** When the last object of the page was created; null on an empty one. */
  reachedAt: Date | null;
}

/** What is known at Stripe under an id. An object of the other mode is neither there nor missing. */
export type Found<T> = T | 'missing' | 'of-other-mode';
