import type { Tx } from '../database/database.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeDispute } from '../stripe/objects/sale-objects.js';
import type { Dispute } from './dispute.entity.js';
import { isClosed, isInquiry, isOutOfDate } from './dispute-lifecycle.js';
import { changeDispute, type DisputeState, insertDispute, lockDisputesOf } from './disputes.store.js';

/** A dispute as it is now, and as it was known before; undefined when it was not. */
export interface AppliedDispute extends Dispute {
  before: Dispute | undefined;
}

/** Brings the order's disputes up to what was fetched, and returns all of them. The order must be locked. */
export async function applyDisputes(
  tx: Tx,
  order: Order,
  fetched: readonly StripeDispute[],
  now: Date,
): Promise<AppliedDispute[]> {
  const known = await lockDisputesOf(tx, order.id);
  let hasChanged = false;
  for (const dispute of fetched) {
    const own = known.find(({ stripeDisputeId }) => stripeDisputeId === dispute.stripeDisputeId);
    if (own !== undefined && isOutOfDate(own, dispute)) continue;
    await (own === undefined ? insert(tx, order, dispute, now) : update(tx, own, dispute, now));
    hasChanged = true;
  }
  const disputes = hasChanged ? await lockDisputesOf(tx, order.id) : known;
  return disputes.map((dispute) => ({ ...dispute, before: known.find(({ id }) => id === dispute.id) }));
}

async function insert(tx: Tx, { id: orderId, accountId }: Order, dispute: StripeDispute, now: Date): Promise<void> {
  const { stripeDisputeId, stripeChargeId, currency, openedAt } = dispute;
  const record = { orderId, accountId, stripeDisputeId, stripeChargeId, currency, openedAt };
  await insertDispute(tx, { ...record, ...stateOf(dispute, undefined, now) }, now);
}

/** What gets worse stands against the account once more: an inquiry that becomes a dispute, and one that is lost. */
async function update(tx: Tx, own: Dispute, dispute: StripeDispute, now: Date): Promise<void> {
  const state = stateOf(dispute, own, now);
  const isWorse = (own.isInquiry && !state.isInquiry) || (own.status !== 'lost' && state.status === 'lost');
  const stopClearedAt = isWorse ? null : own.stopClearedAt;
  await changeDispute(tx, own.id, { ...state, stopClearedAt, updatedAt: now });
}

/** Stripe does not say when it was answered, nor when it ended: both are when it is first heard of. */
function stateOf(dispute: StripeDispute, own: Dispute | undefined, now: Date): DisputeState {
  const { amountMinor, reason, status, withdrawnMinor, reinstatedMinor, evidenceDueBy, submissions } = dispute;
  return {
    amountMinor,
    reason,
    status,
    isInquiry: isInquiry(status),
    withdrawnMinor,
    reinstatedMinor,
    evidenceDueBy,
    evidenceSubmittedAt: submissions > 0 ? (own?.evidenceSubmittedAt ?? now) : null,
    closedAt: isClosed(status) ? (own?.closedAt ?? now) : null,
  };
}
