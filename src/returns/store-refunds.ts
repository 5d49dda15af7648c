import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeRefund } from '../stripe/objects/sale-objects.js';
import { matchRefunds, type RefundChange } from './match-refunds.js';
import { type Refund, refundsOf } from './refund.js';

/** Who asked for a refund that was not made here. */
const STRIPE = 'stripe';

/** A refund as it is now, and the money of it that the order's credits have been settled with so far. */
export interface StoredRefund extends Refund {
  countedMinor: bigint;
}

/** Brings the order's refunds up to what was fetched, and answers all of them. The order must be locked. */
export async function storeRefunds(
  tx: Tx,
  order: Order,
  fetched: readonly StripeRefund[],
  now: Date,
): Promise<StoredRefund[]> {
  const known = await refundsOf(tx, order.id);
  const { changes, strangers } = matchRefunds(known, fetched);
  const countedMinor = new Map(known.map(({ id, counted, amountMinor }) => [id, counted ? amountMinor : 0n]));
  for (const change of changes) await update(tx, change, now);
  for (const stranger of strangers) await insert(tx, order, stranger, now);
  const hasChanged = changes.length + strangers.length > 0;
  const refunds = hasChanged ? await refundsOf(tx, order.id) : known;
  return refunds.map((refund) => ({ ...refund, countedMinor: countedMinor.get(refund.id) ?? 0n }));
}

async function update(
  tx: Tx,
  { id, status, amountMinor, stripeRefundId, failureReason }: RefundChange,
  now: Date,
): Promise<void> {
  await tx.query(
    `update refunds
     set status = $2,
         amount_minor = $3,
         stripe_refund_id = $4,
         failure_reason = $5,
         updated_at = $6
     where id = $1`,
    [id, status, amountMinor.toString(), stripeRefundId, failureReason, now],
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
