import { IsNull } from 'typeorm';
import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { RefundChange } from './match-refunds.js';
import { Refund } from './refund.entity.js';
import { takesCredits } from './refund-lifecycle.js';

/** What is known of a refund when it is recorded. */
export type NewRefundRecord = Pick<
  Refund,
  'orderId' | 'accountId' | 'amountMinor' | 'currency' | 'status' | 'policy' | 'actor'
> &
  Partial<
    Pick<
      Refund,
      'stripeRefundId' | 'unusedOnly' | 'reason' | 'failureReason' | 'idempotencyDigest' | 'idempotencyFingerprint'
    >
  >;

/** The refunds that Stripe is still to be asked for, for the search for those that have lost their job. */
export const REQUESTED_REFUNDS = { table: 'refunds', where: `status = 'requested'` };

export interface AnsweredRefund {
  refund: Refund;
  /** Whether this is the first response; a later one repeats its status. */
  isFirst: boolean;
}

/** The refunds of an order, oldest first, locked. The order must be locked before. */
export function lockRefundsOf(tx: Tx, orderId: string): Promise<Refund[]> {
  return tx.find(Refund, { where: { orderId }, order: { id: 'asc' }, lock: { mode: 'pessimistic_write' } });
}

/** The refunds of an order, oldest first, as the transaction sees them and without locks. */
export function readRefundsOf(tx: Tx, orderId: string): Promise<Refund[]> {
  return tx.find(Refund, { where: { orderId }, order: { id: 'asc' } });
}

/** The refund that an idempotency key of the account names. */
export function findRefundByKey(tx: Tx, accountId: string, idempotencyDigest: Buffer): Promise<Refund | null> {
  return tx.findOneBy(Refund, { idempotencyDigest, accountId });
}

export async function insertRefund(tx: Tx, record: NewRefundRecord, now: Date): Promise<Refund> {
  const refund: Refund = {
    id: newId('rfd', now),
    counted: false,
    stripeRefundId: null,
    unusedOnly: false,
    reason: null,
    failureReason: null,
    idempotencyDigest: null,
    idempotencyFingerprint: null,
    answeredStatus: null,
    createdAt: now,
    updatedAt: now,
    ...record,
  };
  await tx.insert(Refund, refund);
  return refund;
}

/** What Stripe says of a refund that is known. */
export async function changeRefund(tx: Tx, { id, ...change }: RefundChange, now: Date): Promise<void> {
  await tx.update(Refund, { id }, { ...change, updatedAt: now });
}

/** Whether the refund was still requested, and is failed now. Its idempotency key then names nothing any more. */
export async function markRefused(
  tx: Tx,
  id: string,
  { failureReason, now }: { failureReason: string; now: Date },
): Promise<boolean> {
  const { affected } = await tx.update(
    Refund,
    { id, status: 'requested' },
    {
      status: 'failed',
      failureReason,
      idempotencyDigest: null,
      idempotencyFingerprint: null,
      updatedAt: now,
    },
  );
  return affected === 1;
}

/** Keeps the status of the first response to a request for a refund, so that a replay can say the same. */
export async function keepAnswer(tx: Tx, id: string): Promise<AnsweredRefund> {
  const { affected } = await tx.update(Refund, { id, answeredStatus: IsNull() }, { answeredStatus: () => 'status' });
  const refund = await tx.findOneBy(Refund, { id });
  invariant(refund !== null, `refund ${id} is there`);
  return { refund, isFirst: affected === 1 };
}

/** Notes with which of these refunds the credits of their order have been settled. They must be locked. */
export async function markRefundsCounted(tx: Tx, refunds: readonly Refund[]): Promise<void> {
  for (const refund of refunds) {
    const counted = takesCredits(refund);
    if (refund.counted !== counted) await tx.update(Refund, { id: refund.id }, { counted });
  }
}
