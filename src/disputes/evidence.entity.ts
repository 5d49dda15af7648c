import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisputeAnswer } from '../returns/dispute.dto.js';
import type { DisputeEvidence } from '../stripe/objects/sale-objects.js';

/** `requested` is recorded and not yet known to be at Stripe. */
export type EvidenceStatus = 'requested' | 'accepted' | 'refused';

/** Evidence that was given in one request for a dispute, and by whom. */
@Entity('dispute_evidence')
export class Evidence {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'dispute_id', type: 'text' })
  disputeId!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ type: 'jsonb' })
  evidence!: DisputeEvidence;

  /** Whether it goes to the bank, or is only kept at Stripe. */
  @Column({ type: 'boolean' })
  submit!: boolean;

  /** The id of the key that gave it. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'text' })
  status!: EvidenceStatus;

  /** A code of Stripe's, or `overtaken` by later evidence; null while it is not refused. */
  @Column({ type: 'text', nullable: true })
  refusal!: string | null;

  /** The body of the response to the request; null while there was none. */
  @Column({ type: 'json', nullable: true })
  answer!: DisputeAnswer | null;

  @Column({ name: 'idempotency_digest', type: 'bytea', nullable: true })
  idempotencyDigest!: Buffer | null;

  @Column({ name: 'idempotency_fingerprint', type: 'bytea', nullable: true })
  idempotencyFingerprint!: Buffer | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
