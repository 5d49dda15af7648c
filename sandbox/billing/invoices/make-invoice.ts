import type Stripe from 'stripe';
import { keepNew } from '../../events/change.js';
import { scheduleJob } from '../../jobs/schedule.js';
import type { LineDraft } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { debitsOf } from '../changes/debits.js';
import { type Billing, customerOf, type Invoice, type Subscription } from '../lock.js';
import { discountAt } from '../subscriptions/lasting-discount.js';
import { newInvoice, newInvoiceId } from './new-invoice.js';
import type { InvoiceItem } from './new-invoice-item.js';
import { newLines } from './new-lines.js';

export interface InvoiceOrder {
  billingReason: NonNullable<Stripe.Invoice['billing_reason']>;
  drafts: LineDraft[];
  /** What was waiting for this invoice; its lines come first. */
  items?: InvoiceItem[];
  period: { start: number; end: number };
  /** When it is made final by itself. Without that it stays a draft until somebody makes it so. */
  finalizesAt: number | null;
}

/** An invoice as it would be made, with its lines, kept nowhere. */
export async function draftInvoice(work: Work, subscription: Subscription, order: InvoiceOrder): Promise<Invoice> {
  const { shown, hidden } = subscription;
  const id = newInvoiceId();
  const drafts = [...(order.items ?? []).map((item) => item.hidden.draft), ...order.drafts];
  const lines = newLines(drafts, {
    invoiceId: id,
    subscriptionId: shown.id,
    currency: shown.currency,
    metadata: shown.metadata,
    discount: discountAt(hidden.discount, order.period.end),
    taxed: shown.automatic_tax.enabled,
  });
  const invoice = newInvoice({
    ...order,
    id,
    subscription: shown,
    customer: await customerOf(work, shown),
    lines,
    created: work.now,
    baseUrl: work.baseUrl,
  });
  return { shown: invoice, hidden: { subscriptionId: shown.id } };
}

/**
 * Keeps a draft of an invoice, and returns it with its subscription, which knows it as its latest one and has still to
 * be saved. The caller holds the lock of the subscription.
 */
export async function makeInvoice(work: Work, subscription: Subscription, order: InvoiceOrder): Promise<Billing> {
  const invoice = await draftInvoice(work, subscription, order);
  await keepNew(work, kinds.invoice, invoice, 'invoice.created');
  for (const { shown, hidden } of order.items ?? []) {
    await saveObject(work.tx, { shown: { ...shown, invoice: invoice.shown.id }, hidden });
  }
  if (order.finalizesAt !== null) {
    await scheduleJob(work, 'finalize-invoice', invoice.shown.id, order.finalizesAt * 1000);
  }
  const debits = debitsOf(invoice.shown, subscription.hidden.debits, work.now);
  return {
    invoice,
    subscription: {
      shown: { ...subscription.shown, latest_invoice: invoice.shown.id },
      hidden: { ...subscription.hidden, debits },
    },
  };
}
