import type { Tx } from '../database/database.js';
import type { StripeInvoice } from '../stripe/objects/billing-objects.js';
import type { OrderChannel, PaymentOptions } from './order.js';
import type { Sale } from './sale.js';

export interface NewOrder {
  id: string;
  accountId: string;
  channel: OrderChannel;
  sale: Sale;
  options: PaymentOptions;
  livemode: boolean;
  successUrl: string;
  cancelUrl: string;
  idempotency?: { digest: Buffer; fingerprint: Buffer };
  /** What an order is known by that was paid before it was made. */
  paidBy?: { paymentLinkId: string; stripeCheckoutSessionId: string };
  /** The invoice that charged it. */
  ofInvoice?: Pick<StripeInvoice, 'stripeInvoiceId' | 'stripeSubscriptionId' | 'reason'>;
}

/** Writes a pending order, unless there is one of the same checkout session already. */
export async function insertOrder(tx: Tx, order: NewOrder, now: Date): Promise<void> {
  const { sale, idempotency, paidBy, ofInvoice } = order;
  await tx.query(
    `insert into orders (id, account_id, channel, product_key, product_snapshot, quantity, credits, offer_amount_minor,
       currency, payment_options, status, idempotency_digest, idempotency_fingerprint, payment_link_id,
       checkout_session_id, livemode, success_url, cancel_url, created_at, updated_at, stripe_invoice_id,
       stripe_subscription_id, billing_reason)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10::jsonb, 'pending', $11, $12, $13, $14, $15, $16, $17, $18, $18,
       $19, $20, $21)
     on conflict (checkout_session_id) do nothing`,
    [
      order.id,
      order.accountId,
      order.channel,
      sale.productKey,
      JSON.stringify(sale.product),
      sale.quantity,
      sale.credits.toString(),
      sale.amountMinor.toString(),
      sale.currency,
      JSON.stringify(order.options),
      idempotency?.digest ?? null,
      idempotency?.fingerprint ?? null,
      paidBy?.paymentLinkId ?? null,
      paidBy?.stripeCheckoutSessionId ?? null,
      order.livemode,
      order.successUrl,
      order.cancelUrl,
      now,
      ofInvoice?.stripeInvoiceId ?? null,
      ofInvoice?.stripeSubscriptionId ?? null,
      ofInvoice?.reason ?? null,
    ],
  );
}
