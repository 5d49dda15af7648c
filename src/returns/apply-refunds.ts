import type { Tx } from '../database/database.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeRefund } from '../stripe/objects/sale-objects.js';
import { matchRefunds } from './match-refunds.js';
import type { Refund } from './refund.entity.js';
import type { RefundStatus } from './refund-lifecycle.js';
import { changeRefund, insertRefund, lockRefundsOf } from './refunds.store.js';

/** Who asked for a refund that was not made here. */
const STRIPE = 'stripe';

/** A refund as it is now, and as far as it was known before. */
export interface AppliedRefund extends Refund {
  /** The money of it that the order's credits have been settled with so far. */
  countedMinor: bigint;
  /** The status that it had before; undefined when it was not known. */
  before: RefundStatus | undefined;
}

/** Brings the order's refunds up to what was fetched, and returns all of them. The order must be locked. */
export async function applyRefunds(
  tx: Tx,
  { id: orderId, accountId }: Order,
  fetched: readonly StripeRefund[],
  now: Date,
): Promise<AppliedRefund[]> {
  const known = await lockRefundsOf(tx, orderId);
  const { changes, strangers } = matchRefunds(known, fetched);
  const before = new Map(known.map(({ id, counted, amountMinor, status }) => [id, { counted, amountMinor, status }]));
  for (const change of changes) await changeRefund(tx, change, now);
  for (const { amountMinor, currency, status, stripeRefundId, failureReason } of strangers) {
    const made = { orderId, accountId, amountMinor, currency, status, stripeRefundId, failureReason };
    await insertRefund(tx, { ...made, policy: 'debt', actor: STRIPE }, now);
  }
  const hasChanged = changes.length + strangers.length > 0;
  const refunds = hasChanged ? await lockRefundsOf(tx, orderId) : known;
  return refunds.map((refund) => {
    const was = before.get(refund.id);
    return { ...refund, countedMinor: was?.counted === true ? was.amountMinor : 0n, before: was?.status };
  });
}
