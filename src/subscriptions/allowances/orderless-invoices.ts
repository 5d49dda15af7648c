import type { Tx } from '../../database/database.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';

/**
 * Whether an invoice that makes no order was read before. When it was paid tells it of those that were read before such
 * reading was stored.
 */
export async function isReadWithoutOrder(
  tx: Tx,
  { stripeSubscriptionId, stripeInvoiceId, paidAt, createdAt }: StripeInvoice,
): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `select from orderless_invoices
     where stripe_subscription_id = $1
       and ($2 = any(stripe_invoice_ids) or $3 <= read_until)`,
    [stripeSubscriptionId, stripeInvoiceId, paidAt ?? createdAt],
  );
  return rows.length > 0;
}

/** Remembers of an invoice that changes something and makes no order that it was read. */
export async function storeReadWithoutOrder(
  tx: Tx,
  { stripeSubscriptionId, stripeInvoiceId, lines }: StripeInvoice,
): Promise<void> {
  if (!lines.some(({ isProration }) => isProration)) return;
  await tx.query(
    `insert into orderless_invoices (stripe_subscription_id, stripe_invoice_ids)
     values ($1, array[$2])
     on conflict (stripe_subscription_id) do update
     set stripe_invoice_ids = array_append(orderless_invoices.stripe_invoice_ids, $2)`,
    [stripeSubscriptionId, stripeInvoiceId],
  );
}
