import type Stripe from 'stripe';

/** What a session takes off its price, as it was when it was given: a coupon's terms never change. */
export interface SessionDiscount {
  id: string;
  couponId: string;
  promotionCodeId: string | null;
  reduction: Reduction;
}

/** What a buyer has typed on the page about themselves. */
export interface BuyerDetails {
  email: string;
  name: string | null;
  address: Stripe.Address | null;
  businessName: string | null;
  taxId: { type: string; value: string } | null;
  acceptsTerms: boolean;
  /** Whether the payment method is to be kept for the next time. */
  saves: boolean;
}

/** What a discount takes off: a share of every line that it is for, or an amount of them together. */
export type Reduction = ({ percent: number } | { amountMinor: number }) & {
  /** The products that it is for; all of them when absent. */
  productIds?: string[];
};

/** What a checkout session keeps to itself. */
export interface HiddenSession {
  lineItems: Stripe.LineItem[];
  intentData: Stripe.Checkout.SessionCreateParams.PaymentIntentData;
  discount?: SessionDiscount;
  /** What of the customer the page may change. */
  customerUpdate?: Stripe.Checkout.SessionCreateParams.CustomerUpdate;
  /** An address that the link to the page has brought along. */
  prefilledEmail?: string;
  /** What was typed at an attempt that has not paid it. */
  details?: BuyerDetails;
  /** The intent of an attempt that was declined; the session shows it once it is paid. */
  intentId?: string;
  /** The intent to save a card with, in subscription mode, while there is nothing to pay yet. */
  setupIntentId?: string;
  /** What it sells recurs. */
  subscription?: SoldSubscription;
}

export interface SoldSubscription {
  data: NonNullable<Stripe.Checkout.SessionCreateParams['subscription_data']>;
  cycle: { interval: string; interval_count: number };
  /** What a period costs before any discount and tax, also when the first one is free. */
  regularMinor: number;
}
