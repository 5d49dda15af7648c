import type Stripe from 'stripe';
import type { HeldItem, PaidInvoice, PaidLine } from './year-invoices.js';
import type { HeardSubscription } from './year-model.js';

const REASONS: Record<string, PaidInvoice['reason']> = {
  subscription_create: 'create',
  subscription_cycle: 'cycle',
  subscription_update: 'update',
};

/** What the model is told of a subscription's paid invoices, in the order in which they were paid. */
export async function paidInvoicesOf(stripe: Stripe, subscription: string): Promise<PaidInvoice[]> {
  const invoices: PaidInvoice[] = [];
  for await (const invoice of stripe.invoices.list({ subscription, status: 'paid', limit: 100 })) {
    const { data } = await stripe.invoices.listLineItems(invoice.id, { limit: 100 });
    invoices.push(...toPaidInvoice(invoice, data));
  }
  // Stripe lists the newest first.
  return invoices.reverse().sort((a, b) => a.paidMs - b.paidMs || a.createdMs - b.createdMs);
}

/** Nothing of one that is not for a subscription's time. */
function toPaidInvoice(invoice: Stripe.Invoice, lines: readonly Stripe.InvoiceLineItem[]): PaidInvoice[] {
  const reason = REASONS[String(invoice.billing_reason)];
  if (reason === undefined) return [];
  return [
    {
      id: invoice.id,
      subscription: String(invoice.parent?.subscription_details?.subscription),
      reason,
      createdMs: invoice.created * 1000,
      paidMs: Number(invoice.status_transitions.paid_at) * 1000,
      chargedMinor: invoice.amount_paid,
      changesSinceMs: invoice.period_start * 1000,
      lines: lines.map((line) => ({
        id: line.id,
        item: String(line.parent?.subscription_item_details?.subscription_item),
        plan: planOf(line.pricing?.price_details?.product),
        quantity: line.quantity ?? 1,
        isProration: line.parent?.subscription_item_details?.proration ?? false,
        amountMinor: line.amount,
        startMs: line.period.start * 1000,
        endMs: line.period.end * 1000,
        credits: creditsOf(line),
      })),
    },
  ];
}

function creditsOf({ parent }: Stripe.InvoiceLineItem): PaidLine['credits'] {
  const credited = parent?.subscription_item_details?.proration_details?.credited_items ?? null;
  return credited === null ? null : { invoice: credited.invoice, lines: credited.invoice_line_items };
}

export function toHeardSubscription({ id, ended_at, items }: Stripe.Subscription): HeardSubscription {
  return { id, endedMs: ended_at === null ? null : ended_at * 1000, items: items.data.map(toHeldItem) };
}

function toHeldItem({ id, price, quantity, created }: Stripe.SubscriptionItem): HeldItem {
  return { item: id, plan: planOf(price.product), quantity: quantity ?? 1, addedMs: created * 1000 };
}

function planOf(product: unknown): string {
  return String(product).replace('scrip_', '');
}
