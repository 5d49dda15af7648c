import type Stripe from 'stripe';
import { idOf, toInvoice } from '../objects/billing-mappers.js';
import { type InvoiceReason, isCharge } from '../objects/billing-objects.js';

/** An invoice of a subscription as it is listed. Which plan it is for, if any, the books may know as well. */
export interface ListedInvoice {
  stripeId: string;
  stripeSubscriptionId: string;
  stripeCustomerId: string | null;
  /** What it is for: the plan of the period, or else of what makes up for a change. */
  plan: string | null;
  /** The product that it is for, which may stand for a plan by adoption alone. */
  stripeProductId: string | null;
  paidAt: Date | null;
  reason: InvoiceReason;
  isPaid: boolean;
  /** In Stripe's own words. */
  status: string;
  /** What was really charged; 0 until it is. */
  chargedMinor: bigint;
  currency: string;
  /** The payment that has paid it; null when nothing was to be paid, or it was not by Stripe. */
  stripePaymentIntentId: string | null;
}

/** Payments expanded. Undefined for what is invoiced otherwise. */
export function toListedInvoice(invoice: Stripe.Invoice): ListedInvoice | undefined {
  const read = toInvoice(invoice);
  const lines = read?.lines.filter(isCharge).toSorted((a, b) => Number(a.isProration) - Number(b.isProration)) ?? [];
  const line = lines.find(({ plan }) => plan !== null) ?? lines[0];
  if (read === undefined || line === undefined) return undefined;
  return {
    stripeId: read.stripeInvoiceId,
    stripeSubscriptionId: read.stripeSubscriptionId,
    stripeCustomerId: invoice.customer === null ? null : idOf(invoice.customer),
    plan: line.plan,
    stripeProductId: line.stripeProductId,
    paidAt: read.paidAt,
    reason: read.reason,
    isPaid: read.status === 'paid',
    status: read.status,
    chargedMinor: read.paidMinor,
    currency: read.currency,
    stripePaymentIntentId: read.stripePaymentIntentIds[0] ?? null,
  };
}
