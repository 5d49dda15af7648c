import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OffSessionStop } from '../../accounts/account.entity.js';

/** That somebody allowed charging an account off-session again, and why. */
@Entity('off_session_clearances')
export class OffSessionClearance {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId!: string;

  /** Counts clearances up in the order of their making: what lists are sorted by. A bigint, as text. */
  @PrimaryColumn({ type: 'bigint', insert: false, update: false })
  ordinal!: string;

  /** What had stopped it. */
  @Column({ type: 'text' })
  stop!: OffSessionStop;

  @Column({ type: 'text' })
  reason!: string;

  /** The id of the key that asked for it. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'cleared_at', type: 'timestamptz', precision: 3 })
  clearedAt!: Date;
}
