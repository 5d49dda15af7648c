import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { ReturnPolicy } from '../ledger/decisions/reach-target.js';
import type { RefundStatus } from './refund-lifecycle.js';

/** Money that goes back for an order, whoever asked for it. Minor units of `currency`. */
@Entity('refunds')
export class Refund {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: asBigint })
  amountMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'text' })
  status!: RefundStatus;

  /** Whether the order's credits have been settled with this money in them. */
  @Column({ type: 'boolean' })
  counted!: boolean;

  @Column({ name: 'stripe_refund_id', type: 'text', nullable: true })
  stripeRefundId!: string | null;

  @Column({ type: 'text' })
  policy!: ReturnPolicy;

  /** Whether its credits were taken when it was recorded, before its money went: those that were unused then. */
  @Column({ name: 'unused_only', type: 'boolean' })
  unusedOnly!: boolean;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** The id of the key that asked for it, or `stripe`. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'failure_reason', type: 'text', nullable: true })
  failureReason!: string | null;

  @Column({ name: 'idempotency_digest', type: 'bytea', nullable: true })
  idempotencyDigest!: Buffer | null;

  @Column({ name: 'idempotency_fingerprint', type: 'bytea', nullable: true })
  idempotencyFingerprint!: Buffer | null;

  /** The status in the first response to the request; null while there was none. */
  @Column({ name: 'answered_status', type: 'text', nullable: true })
  answeredStatus!: RefundStatus | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
