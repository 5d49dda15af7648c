import type { Tx } from '../database/database.js';
import type { ReturnPolicy } from '../ledger/decisions/settle-return.js';
import type { RefundStatus } from './refund-lifecycle.js';

/** Money that goes back for an order, whoever asked for it. Minor units of `currency`. */
export interface Refund {
  id: string;
  orderId: string;
  accountId: string;
  amountMinor: bigint;
  currency: string;
  status: RefundStatus;
  /** Whether the order's credits have been settled with this money in them. */
  counted: boolean;
  stripeRefundId: string | null;
  policy: ReturnPolicy;
  /** Whether its credits were taken when it was recorded, before its money went: those that were unused then. */
  unusedOnly: boolean;
  reason: string | null;
  /** The id of the key that asked for it, or `stripe`. */
  actor: string;
  failureReason: string | null;
  idempotencyDigest: Buffer | null;
  idempotencyFingerprint: Buffer | null;
  /** The status that the request was answered with; null while nobody has been answered. */
  answeredStatus: RefundStatus | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A row as the driver returns it: bigints as text, instants as Date. */
export interface RefundRow {
  id: string;
  order_id: string;
  account_id: string;
  amount_minor: string;
  currency: string;
  status: RefundStatus;
  counted: boolean;
  stripe_refund_id: string | null;
  policy: ReturnPolicy;
  unused_only: boolean;
  reason: string | null;
  actor: string;
  failure_reason: string | null;
  idempotency_digest: Buffer | null;
  idempotency_fingerprint: Buffer | null;
  answered_status: RefundStatus | null;
  created_at: Date;
  updated_at: Date;
}

export const REFUND_COLUMNS =
  'id, order_id, account_id, amount_minor, currency, status, counted, stripe_refund_id, policy, unused_only, reason, ' +
  'actor, failure_reason, idempotency_digest, idempotency_fingerprint, answered_status, created_at, updated_at';

export function toRefund(row: RefundRow): Refund {
  return {
    id: row.id,
    orderId: row.order_id,
    accountId: row.account_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    status: row.status,
    counted: row.counted,
    stripeRefundId: row.stripe_refund_id,
    policy: row.policy,
    unusedOnly: row.unused_only,
    reason: row.reason,
    actor: row.actor,
    failureReason: row.failure_reason,
    idempotencyDigest: row.idempotency_digest,
    idempotencyFingerprint: row.idempotency_fingerprint,
    answeredStatus: row.answered_status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The refunds of an order, oldest first. The order must be locked. */
export async function refundsOf(tx: Tx, orderId: string): Promise<Refund[]> {
  const rows: RefundRow[] = await tx.query(
    `select ${REFUND_COLUMNS} from refunds where order_id = $1 order by id for update`,
    [orderId],
  );
  return rows.map(toRefund);
}
