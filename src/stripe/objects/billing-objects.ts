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

/** One of the things that a subscription is charged for. */
export interface StripeItem {
  stripeItemId: string;
  /** Null for what is no product of the catalogue, or stands for one by adoption alone. */
  plan: string | null;
  stripeProductId: string | null;
  quantity: number;
  /** What one of it costs a period, in minor units; null for a price that is no single amount. */
  unitAmountMinor: bigint | null;
  interval: 'day' | 'week' | 'month' | 'year';
  addedAt: Date;
}

/** A subscription, as fetched, whatever it holds. */
export interface StripeSubscription {
  stripeSubscriptionId: string;
  stripeCustomerId: string;
  /** The order that its checkout was made for; null when it was made elsewhere. */
  orderId: string | null;
  status: SubscriptionStatus;
  /** All that it holds, in the catalogue or not, in Stripe's order. */
  items: readonly StripeItem[];
  currency: string;
  periodStart: Date;
  periodEnd: Date;
  trialStart: Date | null;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  /** When it will end; null while it is to go on. */
  cancelAt: Date | null;
  endedAt: Date | null;
  /** Whether its invoices are made and nobody is asked to pay them. */
  isCollectionPaused: boolean;
  startedAt: Date;
  /** When the payment was first tried that it is past due for, as far as Stripe says it. */
  paymentFailedAt: Date | null;
  /** What Stripe itself will change it to, and when. */
  scheduled: StripeScheduled | null;
  stripeLatestInvoiceId: string | null;
  /** When Stripe was asked: of two responses that crossed on their way, the one to the later request counts. */
  askedAt: Date;
}

/** The plans that the next phase of a schedule holds. */
export interface StripeScheduled {
  items: readonly { plan: string; unitAmountMinor: bigint | null }[];
  at: Date;
}

/** Why an invoice was made: the subscription began, a new period did, the plan changed, or something else. */
export type InvoiceReason = 'create' | 'cycle' | 'update' | 'other';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

/** Lines of an invoice that charged something. */
export interface CreditedLines {
  stripeInvoiceId: string;
  stripeLineIds: readonly string[];
}

/** What is charged for one span of time. */
export interface StripeInvoiceLine {
  stripeLineId: string;
  /** What of the subscription it charges; null where Stripe does not say it. */
  stripeItemId: string | null;
  /** Null for what is no plan of the catalogue, or stands for one by adoption alone. */
  plan: string | null;
  stripeProductId: string | null;
  /** Whether it makes up for a change in the middle of a period. */
  isProration: boolean;
  /** Negative for what is given back. */
  amountMinor: bigint;
  quantity: number;
  startsAt: Date;
  endsAt: Date;
  /**
   * The lines whose money it gives back. Null for what charges, and where Stripe does not say it. Plan and quantity are
   * then those that are held by now, and not always those that were charged.
   */
  credited: CreditedLines | null;
}

/** Whether a line charges for something, and does not only give money back for what is not used. */
export function isCharge({ isProration, amountMinor, credited }: StripeInvoiceLine): boolean {
  return !isProration || (amountMinor >= 0n && credited === null);
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
  /** What of it is tax. */
  taxMinor: bigint;
  currency: string;
  attempts: number;
  nextAttemptAt: Date | null;
  createdAt: Date;
  /** When the period began that changes were made in, which the invoice charges for. */
  changesSince: Date;
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
  /**
   * What the change itself charges and gives back, after discount and before tax: an invoice has also what waits for
   * one, and is paid with what the customer has at Stripe.
   */
  chargedMinor: bigint;
  returnedMinor: bigint;
}
