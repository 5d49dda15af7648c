/** What Stripe's objects say, in Scrip's words. Closed unions: a value that Stripe adds later falls into a default. */

/** What became of the page on which a customer pays. `paid` also when there was nothing to pay. */
export type CheckoutState = 'open' | 'expired' | 'processing' | 'failed' | 'paid';

/** A checkout session in payment mode, as fetched. */
export interface StripeCheckout {
  stripeCheckoutSessionId: string;
  /** The order that the session was made for; null when it was not made here. */
  orderId: string | null;
  /**
   * What its maker refers to with it: on an order's session the order, once more; on a link's what its address said.
   */
  reference: string | null;
  /** Null for somebody whom Stripe does not keep. */
  stripeCustomerId: string | null;
  /** The payment link that it was opened from; null when it was made by itself. */
  link: StripeLinkOrigin | null;
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
  /** What of it is tax. */
  taxMinor: bigint;
  /** Of the charge; null where Stripe names none. */
  currency: string | null;
  /** Whether it begins a subscription: then what was paid is said by the invoice alone. */
  isSubscription: boolean;
  /** Null until the session is complete, and for one that begins none. */
  stripeSubscriptionId: string | null;
}

/** What of a payment link a session carries. */
export interface StripeLinkOrigin {
  stripePaymentLinkId: string;
  /** The id of the link in the books; null when it was not made here. */
  paymentLinkId: string | null;
}

/**
 * What became of a payment without a page of Stripe's. `asked` waits for the customer, also in a challenge of their
 * bank; `declined` can be tried again; `underway` is with the bank.
 */
export type PaymentState = 'asked' | 'declined' | 'underway' | 'canceled' | 'paid';

/** A payment intent, as fetched. */
export interface StripePayment {
  stripePaymentIntentId: string;
  /** No page of Stripe's, as far as the intent itself says. */
  stripeCheckoutSessionId: null;
  /** The order that the payment is for; null when it was not made here. */
  orderId: string | null;
  /** The payment link that it was made on, in its place. */
  paymentLinkId: string | null;
  /** What is to be paid. */
  offered: { amountMinor: bigint | null; currency: string | null };
  state: PaymentState;
  /** What was really charged; 0 until it is. */
  chargedMinor: bigint;
  /** Stripe works out none for it. */
  taxMinor: 0n;
  currency: string | null;
  /** When Stripe was asked: of two responses that crossed on their way, the one to the later request counts. */
  askedAt: Date;
}

/** A payment intent that is to be paid in a form of the app's own. */
export interface StripeIntent {
  stripePaymentIntentId: string;
  /** Whoever holds it can pay. It is never stored. */
  clientSecret: string;
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

/** A `warning_…` is an inquiry: no money moves for it. `prevented` ended before it became a dispute. */
export const STRIPE_DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'prevented',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
  'won',
] as const;
export type StripeDisputeStatus = (typeof STRIPE_DISPUTE_STATUSES)[number];

export interface StripeDispute {
  stripeDisputeId: string;
  stripeChargeId: string;
  /** Null for a charge that was made without a payment intent, which no order is paid with. */
  stripePaymentIntentId: string | null;
  amountMinor: bigint;
  currency: string;
  /** In the words of the card's network, such as `fraudulent`. */
  reason: string;
  status: StripeDisputeStatus;
  /** What was ever taken for it, and what was ever given back, in its own currency. Both only grow. */
  withdrawnMinor: bigint;
  reinstatedMinor: bigint;
  /** Until when it can be answered; null when it can not. */
  evidenceDueBy: Date | null;
  /** How often evidence went to the bank. */
  submissions: number;
  openedAt: Date;
}

/** The card's network suspects a payment, often before its owner disputes it. */
export interface StripeFraudWarning {
  stripeFraudWarningId: string;
  /** Null for a charge that was made without a payment intent, which no order is paid with. */
  stripePaymentIntentId: string | null;
  /** In the words of the card's network, such as `made_with_stolen_card`. */
  fraudType: string;
  warnedAt: Date;
}

/** Whatever took money of one payment back, or may. */
export interface StripeReturns {
  refunds: readonly StripeRefund[];
  disputes: readonly StripeDispute[];
  warnings: readonly StripeFraudWarning[];
}

/** A product of the catalogue, as Stripe is to show it. */
export interface MirroredProduct {
  productKey: string;
  name: string;
  isOnSale: boolean;
}

/** What a checkout session is to sell. Stripe shows `name` on its page. */
export interface StripeOffer {
  productKey: string;
  name: string;
  currency: string;
  unitAmountMinor: bigint;
  /** How often it is charged; absent for what is charged once. */
  interval?: 'month' | 'year';
}

/** What a page asks of the customer, apart from the money. */
export interface PageOptions {
  /** Lets them enter a promotion code. */
  promotionCodes: boolean;
  automaticTax: boolean;
  /** Asks businesses for their tax id. */
  taxIds: boolean;
  /** Makes them agree to the terms of service first. */
  terms: boolean;
}

export interface NewCheckout {
  orderId: string;
  stripeCustomerId: string;
  offer: StripeOffer;
  quantity: number;
  options: PageOptions;
  receiptEmail: string | null;
  /** What the customer agrees to, so that they can be charged again without being there; null to keep nothing. */
  reuseConsentText: string | null;
  /** What of it begins a subscription; null for what is charged once. */
  subscription: { trialDays: number | null } | null;
  successUrl: string;
  cancelUrl: string;
}

export interface NewPaymentLink {
  paymentLinkId: string;
  /** Whether Stripe is to keep who pays, which tells whose a payment is that names no account. */
  keepsCustomers: boolean;
  offer: StripeOffer;
  quantity: number;
  options: PageOptions;
  /** Where the customer comes back to; Stripe fills `{CHECKOUT_SESSION_ID}` in. */
  successUrl: string;
}

export interface StripePaymentLink {
  stripePaymentLinkId: string;
  url: string;
}

export interface NewIntent {
  orderId: string;
  stripeCustomerId: string;
  amountMinor: bigint;
  currency: string;
  receiptEmail: string | null;
}

export interface NewCustomer {
  accountId: string;
  /** A customer that is no longer there and that this one takes the place of. */
  replaces: string | null;
}

/** What is known of a customer at `askedAt`. One that was deleted has nothing to pay with. */
export interface CustomerState {
  stripeCustomerId: string;
  hasPaymentMethod: boolean;
  askedAt: Date;
}

/** What a customer is called and reached by, which may change. */
export interface CustomerContact {
  email: string | null;
  name: string | null;
}

/** What answers a dispute, all of it text. Fields that are absent stay as they were. */
export interface DisputeEvidence {
  accessActivityLog?: string;
  billingAddress?: string;
  customerEmailAddress?: string;
  customerName?: string;
  customerPurchaseIp?: string;
  duplicateChargeExplanation?: string;
  duplicateChargeId?: string;
  productDescription?: string;
  refundPolicyDisclosure?: string;
  refundRefusalExplanation?: string;
  serviceDate?: string;
  uncategorizedText?: string;
}

export interface NewEvidence {
  /** The id of this answer to the dispute in the books. */
  evidenceId: string;
  stripeDisputeId: string;
  evidence: DisputeEvidence;
  /** Whether it goes to the bank now, which can be done once, or is only kept on the dispute. */
  submit: boolean;
}

export interface NewRefund {
  refundId: string;
  orderId: string;
  stripePaymentIntentId: string;
  amountMinor: bigint;
}
