import type { Order } from '../checkout/order.js';
import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import type { StripeRefund } from '../stripe/stripe-objects.js';
import { matchRefunds, type RefundChange } from './match-refunds.js';
import { type Refund, refundsOf } from './refund.js';

/** Who asked for a refund that was not made here. */
const STRIPE = 'stripe';

/** Brings the order's refunds up to what was fetched, and answers all of them. The order must be locked. */
export async function storeRefunds(
  tx: Tx,
  order: Order,
  fetched: readonly StripeRefund[],
  now: Date,
): Promise<Refund[]> {
  const known = await refundsOf(tx, order.id);
  const { changes, strangers } = matchRefunds(known, fetched);
  if (changes.length + strangers.length === 0) return known;
  for (const change of changes) await update(tx, change, now);
  for (const stranger of strangers) await insert(tx, order, stranger, now);
  return refundsOf(tx, order.id);
}

async function update(tx: Tx, { id, status, stripeRefundId, failureReason }: RefundChange, now: Date): Promise<void> {
  await tx.query(
    `update refunds
     set status = $2,
         stripe_refund_id = $3,
         failure_reason = $4,
         updated_at = $5
     where id = $1`,
    [id, status, stripeRefundId, failureReason, now],
  );
}

async function insert(tx: Tx, order: Order, refund: StripeRefund, now: Date): Promise<void> {
  await tx.query(
    `insert into refunds (id, order_id, account_id, amount_minor, currency, status, stripe_refund_id, policy, actor,
       failure_reason, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'debt', $8, $9, $10, $10)`,
    [
      newId('rfd', now),
      order.id,
      order.accountId,
      refund.amountMinor.toString(),
      refund.currency,
      refund.status,
      refund.stripeRefundId,
      STRIPE,
      refund.failureReason,
      now,
    ],
  );
}
