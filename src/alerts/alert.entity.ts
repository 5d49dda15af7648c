import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';

/** What somebody wants to hear of credits, of one account or of all. Of what is available or of what expires. */
@Entity('alerts')
export class Alert {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Null for one for all accounts. */
  @Column({ name: 'account_id', type: 'text', nullable: true })
  accountId!: string | null;

  /** The owner's own, unique for its account, and among those for all. */
  @Column({ type: 'text' })
  key!: string;

  @Column({ name: 'below_credits', type: 'bigint', nullable: true, transformer: asBigint })
  belowCredits!: Credits | null;

  @Column({ name: 'expiring_within_days', type: 'integer', nullable: true })
  expiringWithinDays!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
