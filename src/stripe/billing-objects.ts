/** Stripe's own, all eight. */
export const SUBSCRIPTION_STATUSES = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** A subscription to one of our plans, as fetched. */
export interface StripeSubscription {
  stripeSubscriptionId: string;
  stripeCustomerId: string;
  /** The order that its checkout was made for; null when it was made elsewhere. */
  orderId: string | null;
  status: SubscriptionStatus;
  /** What of it is charged, and for which plan. */
  stripeItemId: string;
  plan: string;
  /** What one of it costs a period, in minor units; null for a price that is no single amount. */
  unitAmountMinor: bigint | null;
  currency: string;
  periodStart: Date;
  periodEnd: Date;
  trialStart: Date | null;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  /** When it will end; null while it is to go on. */
  cancelAt: Date | null;
  endedAt: Date | null;
  startedAt: Date;
  /** When the payment was first tried that it is past due for, as far as Stripe says it. */
  paymentFailedAt: Date | null;
  /** The plan that Stripe itself will change to, and when. */
  scheduled: { plan: string; unitAmountMinor: bigint | null; at: Date } | null;
  stripeLatestInvoiceId: string | null;
  /** When Stripe was asked: of two answers that crossed on their way, the one to the later question counts. */
  askedAt: Date;
}

/** Why an invoice was made: the subscription began, a new period did, the plan changed, or something else. */
export type InvoiceReason = 'create' | 'cycle' | 'update' | 'other';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

/** What is charged for one span of time. */
export interface StripeInvoiceLine {
  stripeLineId: string;
  /** Null for what is no plan of ours. */
  plan: string | null;
  /** Whether it makes up for a change in the middle of a period. */
  isProration: boolean;
  /** Negative for what is given back. */
  amountMinor: bigint;
  quantity: number;
  startsAt: Date;
  endsAt: Date;
}

/** An invoice of a subscription, as fetched. Money in minor units of `currency`. */
export interface StripeInvoice {
  stripeInvoiceId: string;
  stripeSubscriptionId: string;
  status: InvoiceStatus;
  reason: InvoiceReason;
  /** What was asked for, before discounts and tax. */
  subtotalMinor: bigint;
  /** What is asked for, after discounts and with tax. */
  dueMinor: bigint;
  /** What was really charged. */
  paidMinor: bigint;
  currency: string;
  attempts: number;
  nextAttemptAt: Date | null;
  createdAt: Date;
  paidAt: Date | null;
  /** The payments that have paid it, the first one first; none when nothing was to be paid, or it was not by Stripe. */
  stripePaymentIntentIds: readonly string[];
  lines: readonly StripeInvoiceLine[];
}

/** What a change of plan would cost now, and the lines that it would be made of. */
export interface ChangePreview {
  dueMinor: bigint;
  currency: string;
  lines: readonly StripeInvoiceLine[];
}
