import type Stripe from 'stripe';
import { invariant } from '../../kernel/invariant.js';
import { ORDER_ID } from '../client/metadata-keys.js';
import { productKeyOf } from '../client/product-ids.js';
import {
  type ChangePreview,
  type CreditedLines,
  type InvoiceReason,
  type InvoiceStatus,
  type StripeInvoice,
  type StripeInvoiceLine,
  type StripeItem,
  type StripeSubscription,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from './billing-objects.js';

/** As many lines as a page of Stripe's has. */
const MOST_CREDITED = 100;

interface Asked {
  /** What Stripe itself will change it to, and when. */
  scheduled: StripeSubscription['scheduled'];
  askedAt: Date;
}

/**
 * Whatever it holds: a subscription that is known is mirrored to its end. Latest invoice expanded, since it says when a
 * payment first failed.
 */
export function toSubscription(subscription: Stripe.Subscription, { scheduled, askedAt }: Asked): StripeSubscription {
  const { data } = subscription.items;
  const item = data.find(({ price }) => planOf(price.product) !== undefined) ?? data[0];
  invariant(item !== undefined, `subscription ${subscription.id} has items`);
  const invoice = typeof subscription.latest_invoice === 'string' ? null : subscription.latest_invoice;
  return {
    stripeSubscriptionId: subscription.id,
    stripeCustomerId: idOf(subscription.customer),
    orderId: subscription.metadata[ORDER_ID] ?? null,
    status: statusOf(subscription.status),
    items: data.map(toItem),
    currency: subscription.currency,
    periodStart: instantOf(item.current_period_start),
    periodEnd: instantOf(item.current_period_end),
    trialStart: instantOrNull(subscription.trial_start),
    trialEnd: instantOrNull(subscription.trial_end),
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    cancelAt: instantOrNull(subscription.cancel_at),
    endedAt: instantOrNull(subscription.ended_at),
    isCollectionPaused: subscription.pause_collection !== null,
    startedAt: instantOf(subscription.start_date),
    paymentFailedAt: instantOrNull(invoice?.status_transitions.finalized_at ?? null),
    scheduled,
    stripeLatestInvoiceId: subscription.latest_invoice === null ? null : idOf(subscription.latest_invoice),
    askedAt,
  };
}

function toItem({ id, price, quantity, created }: Stripe.SubscriptionItem): StripeItem {
  return {
    stripeItemId: id,
    plan: planOf(price.product) ?? null,
    stripeProductId: idOf(price.product),
    quantity: quantity ?? 1,
    unitAmountMinor: amountOf(price),
    interval: intervalOf(price.recurring?.interval),
    addedAt: instantOf(created),
  };
}

function intervalOf(interval: string | undefined): StripeItem['interval'] {
  return interval === 'day' || interval === 'week' || interval === 'year' ? interval : 'month';
}

/** A status that Stripe adds later opens nothing until it is known here. */
function statusOf(status: string): SubscriptionStatus {
  return SUBSCRIPTION_STATUSES.find((known) => known === status) ?? 'incomplete';
}

/** Payments expanded. Undefined for an invoice of no subscription. */
export function toInvoice(invoice: Stripe.Invoice): StripeInvoice | undefined {
  const subscription = invoice.parent?.subscription_details?.subscription;
  if (subscription === undefined) return undefined;
  return {
    stripeInvoiceId: invoice.id,
    stripeSubscriptionId: idOf(subscription),
    status: invoiceStatusOf(invoice.status),
    reason: reasonOf(invoice.billing_reason),
    subtotalMinor: BigInt(invoice.subtotal),
    dueMinor: BigInt(invoice.amount_due),
    paidMinor: BigInt(invoice.status === 'paid' ? invoice.amount_paid : 0),
    taxMinor: invoice.status === 'paid' ? taxPaidOf(invoice) : 0n,
    currency: invoice.currency,
    attempts: invoice.attempt_count,
    nextAttemptAt: instantOrNull(invoice.next_payment_attempt),
    createdAt: instantOf(invoice.created),
    changesSince: instantOf(invoice.period_start),
    paidAt: instantOrNull(invoice.status_transitions.paid_at),
    stripePaymentIntentIds: paidIntentsOf(invoice.payments?.data ?? []),
    lines: invoice.lines.data.map(toLine),
  };
}

/** Of what was charged. The customer's balance may have paid a part of the total, and of its tax. */
function taxPaidOf({ total_taxes: taxes, total, amount_paid: paid }: Stripe.Invoice): bigint {
  const tax = (taxes ?? []).reduce((sum, { amount }) => sum + amount, 0);
  return total > 0 && paid < total ? (BigInt(tax) * BigInt(paid)) / BigInt(total) : BigInt(tax);
}

function invoiceStatusOf(status: string | null): InvoiceStatus {
  switch (status) {
    case 'open':
    case 'paid':
    case 'uncollectible':
    case 'void':
      return status;
    default:
      return 'draft';
  }
}

function reasonOf(reason: string | null): InvoiceReason {
  switch (reason) {
    case 'subscription_create':
      return 'create';
    case 'subscription_cycle':
      return 'cycle';
    case 'subscription_update':
      return 'update';
    default:
      return 'other';
  }
}

function paidIntentsOf(payments: readonly Stripe.InvoicePayment[]): string[] {
  return payments
    .filter(({ status }) => status === 'paid')
    .toSorted((a, b) => a.created - b.created)
    .flatMap(({ payment }) => (payment.payment_intent === undefined ? [] : [idOf(payment.payment_intent)]));
}

export function toLine(line: Stripe.InvoiceLineItem): StripeInvoiceLine {
  const { parent, pricing, period } = line;
  const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
  const product = pricing?.price_details?.product;
  return {
    stripeLineId: line.id,
    stripeItemId: parent?.subscription_item_details?.subscription_item ?? null,
    plan: product === undefined ? null : (productKeyOf(product) ?? null),
    stripeProductId: product ?? null,
    isProration: details?.proration ?? false,
    amountMinor: BigInt(line.amount),
    quantity: line.quantity ?? 1,
    startsAt: instantOf(period.start),
    endsAt: instantOf(period.end),
    credited: creditedOf(details?.proration_details?.credited_items),
  };
}

/** Stripe names none for what is charged, and older versions of it never do. What is no list of lines says nothing. */
function creditedOf(items: { invoice: string; invoice_line_items: string[] } | null | undefined): CreditedLines | null {
  const { invoice, invoice_line_items: lines } = { invoice: null, invoice_line_items: null, ...items };
  if (typeof invoice !== 'string' || !Array.isArray(lines)) return null;
  const stripeLineIds = lines.filter((id) => typeof id === 'string').slice(0, MOST_CREDITED);
  return stripeLineIds.length === 0 ? null : { stripeInvoiceId: invoice, stripeLineIds };
}

/** Of a preview: its lines that begin with the change, while those that wait for an invoice began before it. */
export function toChangeSums({
  created,
  parent,
  lines,
}: Stripe.Invoice): Pick<ChangePreview, 'chargedMinor' | 'returnedMinor'> {
  const since = parent?.subscription_details?.subscription_proration_date ?? created;
  const amounts = lines.data
    .filter(({ period }) => period.start >= since)
    .map(({ amount, discount_amounts: discounts }) =>
      (discounts ?? []).reduce((left, discount) => left - BigInt(discount.amount), BigInt(amount)),
    );
  const sumOf = (some: bigint[]) => some.reduce((sum, amount) => sum + amount, 0n);
  return {
    chargedMinor: sumOf(amounts.filter((amount) => amount > 0n)),
    returnedMinor: -sumOf(amounts.filter((amount) => amount < 0n)),
  };
}

export function amountOf({ unit_amount: amount }: Stripe.Price): bigint | null {
  return amount === null ? null : BigInt(amount);
}

export function planOf(product: string | { id: string }): string | undefined {
  return productKeyOf(idOf(product));
}

export function idOf(object: string | { id: string }): string {
  return typeof object === 'string' ? object : object.id;
}

function instantOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

function instantOrNull(seconds: number | null): Date | null {
  return seconds === null ? null : instantOf(seconds);
}
