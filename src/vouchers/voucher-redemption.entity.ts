import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';

/** That an account has redeemed a code, and which grant it got. Written once. */
@Entity('voucher_redemptions')
export class VoucherRedemption {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'voucher_id', type: 'text' })
  voucherId!: string;

  /** That of the code. */
  @Column({ type: 'integer' })
  place!: number;

  @Column({ name: 'grant_id', type: 'text' })
  grantId!: string;

  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  /** The id of the key that asked for it. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'redeemed_at', type: 'timestamptz', precision: 3 })
  redeemedAt!: Date;
}
