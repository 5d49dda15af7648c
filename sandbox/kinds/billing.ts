import type Stripe from 'stripe';
import type { SessionDiscount } from './session.js';

/** A discount of a subscription, with when it ends; null: never. */
export interface LastingDiscount extends SessionDiscount {
  endsAt: number | null;
}

/**
 * What a customer has been asked for one item and one span of time, less its discount. Credits are worked out from it.
 */
export interface Debit {
  itemId: string;
  amountMinor: number;
  start: number;
  end: number;
  /** The line that asked for it, once it stands on an invoice. */
  line?: { invoiceId: string; lineId: string };
}

export interface HiddenSubscription {
  discount?: LastingDiscount;
  /** What the customer was asked for the current period. */
  debits: Debit[];
  /** The end of the period whose renewal was announced last. */
  announced?: number;
  /** A change that waits for its invoice to be paid. */
  pending?: PendingChange;
}

/** What a subscription becomes when an invoice is paid. */
export interface PendingChange {
  invoiceId: string;
  shown: ChangedFields;
  debits: Debit[];
}

/** What a change of its items does to a subscription. */
export type ChangedFields = Pick<
  Stripe.Subscription,
  'billing_cycle_anchor' | 'items' | 'status' | 'trial_end' | 'trial_start'
>;

export interface HiddenInvoice {
  subscriptionId: string;
  /** What it is paid through; none when it asks for nothing. */
  intentId?: string;
  /** When its payment was first tried, from which the retries are counted. */
  firstTriedAt?: number;
}

/** How far the jobs of a test clock may be done, in seconds. */
export interface HiddenTestClock {
  doneUntil: number;
}

/** What a line of an invoice is made of before it stands on one. */
export interface LineDraft {
  amountMinor: number;
  description: string;
  /** Whether the subscription's discount is still to be taken off. */
  discountable: boolean;
  itemId: string;
  period: { start: number; end: number };
  price: { id: string; productId: string; taxBehavior: string | null; unitAmountMinor: number };
  quantity: number;
  proration: boolean;
  /** The lines whose unused time it gives back. */
  credits?: { invoice: string; invoice_line_items: string[] };
  /** The invoice item that it stood in until it came on an invoice. */
  invoiceItemId?: string;
}

export interface HiddenInvoiceItem {
  draft: LineDraft;
}
