import { IsNull } from 'typeorm';
import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeFraudWarning } from '../stripe/objects/sale-objects.js';
import { Dispute } from './dispute.entity.js';
import { disputedMinorOf } from './dispute-lifecycle.js';
import { FraudWarning } from './fraud-warning.entity.js';

/** What of a dispute follows from what Stripe says of it, as often as it says so. */
export type DisputeState = Pick<
  Dispute,
  | 'amountMinor'
  | 'reason'
  | 'status'
  | 'isInquiry'
  | 'withdrawnMinor'
  | 'reinstatedMinor'
  | 'evidenceDueBy'
  | 'evidenceSubmittedAt'
  | 'closedAt'
>;

/** What is known of a dispute when it is first heard of. */
export type NewDisputeRecord = DisputeState &
  Pick<Dispute, 'orderId' | 'accountId' | 'stripeDisputeId' | 'stripeChargeId' | 'currency' | 'openedAt'>;

/** The disputes of an order, oldest first, locked. The order must be locked before. */
export function lockDisputesOf(tx: Tx, orderId: string): Promise<Dispute[]> {
  return tx.find(Dispute, { where: { orderId }, order: { id: 'asc' }, lock: { mode: 'pessimistic_write' } });
}

/** A dispute that is known to exist, as the transaction sees it and without a lock. */
export async function readDispute(tx: Tx, id: string): Promise<Dispute> {
  const dispute = await tx.findOneBy(Dispute, { id });
  invariant(dispute !== null, `dispute ${id} is there`);
  return dispute;
}

export async function insertDispute(tx: Tx, record: NewDisputeRecord, now: Date): Promise<void> {
  await tx.insert(Dispute, {
    id: newId('dsp', now),
    ...record,
    countedMinor: 0n,
    stopClearedAt: null,
    createdAt: now,
    updatedAt: now,
  });
}

export async function changeDispute(
  tx: Tx,
  id: string,
  change: DisputeState & Pick<Dispute, 'stopClearedAt' | 'updatedAt'>,
): Promise<void> {
  await tx.update(Dispute, { id }, change);
}

/** Notes that the credits of their order have been settled with what each of these has taken. They must be locked. */
export async function markDisputesCounted(tx: Tx, disputes: readonly Dispute[]): Promise<void> {
  for (const dispute of disputes) {
    const countedMinor = disputedMinorOf(dispute);
    if (dispute.countedMinor !== countedMinor) await tx.update(Dispute, { id: dispute.id }, { countedMinor });
  }
}

/**
 * Notes warnings of fraud, each once: what they say never changes. The order must be locked. What is ignored can only
 * be one that is there, since their id at Stripe is the table's only unique key.
 */
export async function insertWarnings(
  tx: Tx,
  { id: orderId, accountId }: Pick<Order, 'id' | 'accountId'>,
  warnings: readonly StripeFraudWarning[],
  now: Date,
): Promise<void> {
  for (const { stripeFraudWarningId, fraudType, warnedAt } of warnings)
    await tx
      .createQueryBuilder()
      .insert()
      .into(FraudWarning)
      .values({ stripeFraudWarningId, orderId, accountId, fraudType, warnedAt, createdAt: now })
      .orIgnore()
      .execute();
}

/** The disputes and warnings of an account that are known now do not stop charging it off-session any more. */
export async function clearStops(tx: Tx, accountId: string, now: Date): Promise<void> {
  await tx.update(Dispute, { accountId, stopClearedAt: IsNull() }, { stopClearedAt: now });
  await tx.update(FraudWarning, { accountId, stopClearedAt: IsNull() }, { stopClearedAt: now });
}
