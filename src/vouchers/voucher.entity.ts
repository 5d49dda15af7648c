import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';
import type { GrantCategory } from '../ledger/book/model.js';

/** What whoever redeems one of its codes is given, and on what terms. These never change; it can only be disabled. */
@Entity('vouchers')
export class Voucher {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'code_count', type: 'integer' })
  codeCount!: number;

  /** Of one redemption. */
  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  @Column({ type: 'text' })
  category!: GrantCategory;

  /** How long the credits live once they were given; null for ever. */
  @Column({ name: 'validity_days', type: 'integer', nullable: true })
  validityDays!: number | null;

  /** From when on no code can be redeemed any more. */
  @Column({ name: 'redeemable_until', type: 'timestamptz', precision: 3, nullable: true })
  redeemableUntil!: Date | null;

  /** How often each code can be redeemed; null for no limit. */
  @Column({ name: 'max_redemptions', type: 'integer', nullable: true })
  maxRedemptions!: number | null;

  /** How often one account can redeem it, by whichever of its codes. */
  @Column({ name: 'per_account', type: 'integer' })
  perAccount!: number;

  @Column({ name: 'new_accounts_only', type: 'boolean' })
  newAccountsOnly!: boolean;

  @Column({ type: 'json' })
  metadata!: Record<string, string>;

  /** By all codes together. */
  @Column({ type: 'bigint', transformer: asBigint, insert: false })
  redemptions!: bigint;

  @Column({ name: 'disabled_at', type: 'timestamptz', precision: 3, nullable: true })
  disabledAt!: Date | null;

  @Column({ name: 'idempotency_digest', type: 'bytea', nullable: true })
  idempotencyDigest!: Buffer | null;

  @Column({ name: 'idempotency_fingerprint', type: 'bytea', nullable: true })
  idempotencyFingerprint!: Buffer | null;

  /** The id of the key that asked for it. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}

/** One of the codes of a voucher. */
@Entity('voucher_codes')
export class VoucherCode {
  @PrimaryColumn({ name: 'voucher_id', type: 'text' })
  voucherId!: string;

  /** Counts the codes of a voucher from 1 on. */
  @PrimaryColumn({ type: 'integer' })
  place!: number;

  /** As it is shown. */
  @Column({ type: 'text' })
  code!: string;

  /** What it is found by, see `codeKeyOf`. */
  @Column({ name: 'code_key', type: 'text' })
  codeKey!: string;

  @Column({ type: 'integer' })
  redemptions!: number;

  @Column({ name: 'disabled_at', type: 'timestamptz', precision: 3, nullable: true })
  disabledAt!: Date | null;
}
