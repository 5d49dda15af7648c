import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { DisputeStatus } from './dispute-lifecycle.js';

/** Money that a bank wants back for its customer, or asks about. Minor units of `currency`, that of the charge. */
@Entity('disputes')
export class Dispute {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'stripe_dispute_id', type: 'text' })
  stripeDisputeId!: string;

  @Column({ name: 'stripe_charge_id', type: 'text' })
  stripeChargeId!: string;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: asBigint })
  amountMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text' })
  status!: DisputeStatus;

  @Column({ name: 'is_inquiry', type: 'boolean' })
  isInquiry!: boolean;

  /** What was ever taken for it, and what was ever given back. */
  @Column({ name: 'withdrawn_minor', type: 'bigint', transformer: asBigint })
  withdrawnMinor!: bigint;

  @Column({ name: 'reinstated_minor', type: 'bigint', transformer: asBigint })
  reinstatedMinor!: bigint;

  /** What of it the order's credits have been settled with. */
  @Column({ name: 'counted_minor', type: 'bigint', transformer: asBigint })
  countedMinor!: bigint;

  @Column({ name: 'evidence_due_by', type: 'timestamptz', precision: 3, nullable: true })
  evidenceDueBy!: Date | null;

  /** When it was first seen to be answered: Stripe does not say when it was. */
  @Column({ name: 'evidence_submitted_at', type: 'timestamptz', precision: 3, nullable: true })
  evidenceSubmittedAt!: Date | null;

  @Column({ name: 'opened_at', type: 'timestamptz', precision: 3 })
  openedAt!: Date;

  /** When it was seen to be over; null while it is open. */
  @Column({ name: 'closed_at', type: 'timestamptz', precision: 3, nullable: true })
  closedAt!: Date | null;

  /** When somebody said that the account may be charged off-session all the same; null when nobody has. */
  @Column({ name: 'stop_cleared_at', type: 'timestamptz', precision: 3, nullable: true })
  stopClearedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
