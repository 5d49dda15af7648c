import type { Tx } from '../database/database.js';
import type { DisputeStatus } from './dispute-lifecycle.js';

/** Money that a bank wants back for its customer, or asks about. Minor units of `currency`, that of the charge. */
export interface Dispute {
  id: string;
  orderId: string;
  accountId: string;
  stripeDisputeId: string;
  stripeChargeId: string;
  amountMinor: bigint;
  currency: string;
  reason: string;
  status: DisputeStatus;
  isInquiry: boolean;
  /** What was ever taken for it, and what was ever given back. */
  withdrawnMinor: bigint;
  reinstatedMinor: bigint;
  /** What of it the order's credits have been settled with. */
  countedMinor: bigint;
  evidenceDueBy: Date | null;
  evidenceSubmittedAt: Date | null;
  openedAt: Date;
  /** When it was seen to be over; null while it is open. */
  closedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A row as the driver returns it: bigints as text, instants as Date. */
export interface DisputeRow {
  id: string;
  order_id: string;
  account_id: string;
  stripe_dispute_id: string;
  stripe_charge_id: string;
  amount_minor: string;
  currency: string;
  reason: string;
  status: DisputeStatus;
  is_inquiry: boolean;
  withdrawn_minor: string;
  reinstated_minor: string;
  counted_minor: string;
  evidence_due_by: Date | null;
  evidence_submitted_at: Date | null;
  opened_at: Date;
  closed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export const DISPUTE_COLUMNS =
  'id, order_id, account_id, stripe_dispute_id, stripe_charge_id, amount_minor, currency, reason, status, is_inquiry, ' +
  'withdrawn_minor, reinstated_minor, counted_minor, evidence_due_by, evidence_submitted_at, opened_at, closed_at, ' +
  'created_at, updated_at';

export function toDispute(row: DisputeRow): Dispute {
  return {
    id: row.id,
    orderId: row.order_id,
    accountId: row.account_id,
    stripeDisputeId: row.stripe_dispute_id,
    stripeChargeId: row.stripe_charge_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    reason: row.reason,
    status: row.status,
    isInquiry: row.is_inquiry,
    withdrawnMinor: BigInt(row.withdrawn_minor),
    reinstatedMinor: BigInt(row.reinstated_minor),
    countedMinor: BigInt(row.counted_minor),
    evidenceDueBy: row.evidence_due_by,
    evidenceSubmittedAt: row.evidence_submitted_at,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** What a dispute has taken and not given back. */
export function disputedMinorOf({ withdrawnMinor, reinstatedMinor }: Dispute): bigint {
  return withdrawnMinor > reinstatedMinor ? withdrawnMinor - reinstatedMinor : 0n;
}

/** The disputes of an order, oldest first. The order must be locked. */
export async function disputesOf(tx: Tx, orderId: string): Promise<Dispute[]> {
  const rows: DisputeRow[] = await tx.query(
    `select ${DISPUTE_COLUMNS} from disputes where order_id = $1 order by id for update`,
    [orderId],
  );
  return rows.map(toDispute);
}
