import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeDispute } from '../stripe/objects/sale-objects.js';
import { type Dispute, disputesOf } from './dispute.js';
import { isClosed, isInquiry, isOutOfDate } from './dispute-lifecycle.js';

/** Brings the order's disputes up to what was fetched, and answers all of them. The order must be locked. */
export async function storeDisputes(
  tx: Tx,
  order: Order,
  fetched: readonly StripeDispute[],
  now: Date,
): Promise<Dispute[]> {
  const known = await disputesOf(tx, order.id);
  let hasChanged = false;
  for (const dispute of fetched) {
    const own = known.find(({ stripeDisputeId }) => stripeDisputeId === dispute.stripeDisputeId);
    if (own !== undefined && isOutOfDate(own, dispute)) continue;
    await (own === undefined ? insert(tx, order, dispute, now) : update(tx, own, dispute, now));
    hasChanged = true;
  }
  return hasChanged ? disputesOf(tx, order.id) : known;
}

async function insert(tx: Tx, order: Order, dispute: StripeDispute, now: Date): Promise<void> {
  await tx.query(
    `insert into disputes (id, order_id, account_id, stripe_dispute_id, stripe_charge_id, amount_minor, currency, reason,
       status, is_inquiry, withdrawn_minor, reinstated_minor, evidence_due_by, evidence_submitted_at, opened_at, closed_at,
       created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)`,
    [
      newId('dsp', now),
      order.id,
      order.accountId,
      dispute.stripeDisputeId,
      dispute.stripeChargeId,
      dispute.amountMinor.toString(),
      dispute.currency,
      dispute.reason,
      dispute.status,
      isInquiry(dispute.status),
      dispute.withdrawnMinor.toString(),
      dispute.reinstatedMinor.toString(),
      dispute.evidenceDueBy,
      dispute.submissions > 0 ? now : null,
      dispute.openedAt,
      isClosed(dispute.status) ? now : null,
      now,
    ],
  );
}

/**
 * Stripe does not say when it was answered, nor when it ended: both are when we first hear of it. What gets worse
 * stands against the account once more: an inquiry that becomes a dispute, and one that is lost.
 */
async function update(tx: Tx, { id }: Dispute, dispute: StripeDispute, now: Date): Promise<void> {
  await tx.query(
    `update disputes
     set amount_minor = $2,
         reason = $3,
         status = $4,
         is_inquiry = $5,
         withdrawn_minor = $6,
         reinstated_minor = $7,
         evidence_due_by = $8,
         evidence_submitted_at = case when $9::boolean then coalesce(evidence_submitted_at, $11) end,
         closed_at = case when $10::boolean then coalesce(closed_at, $11) end,
         stop_cleared_at = case when (is_inquiry and not $5) or (status <> 'lost' and $4 = 'lost') then null else stop_cleared_at end,
         updated_at = $11
     where id = $1`,
    [
      id,
      dispute.amountMinor.toString(),
      dispute.reason,
      dispute.status,
      isInquiry(dispute.status),
      dispute.withdrawnMinor.toString(),
      dispute.reinstatedMinor.toString(),
      dispute.evidenceDueBy,
      dispute.submissions > 0,
      isClosed(dispute.status),
      now,
    ],
  );
}
