import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A card network's suspicion of fraud in a payment. What it says never changes. */
@Entity('fraud_warnings')
export class FraudWarning {
  @PrimaryColumn({ name: 'stripe_fraud_warning_id', type: 'text' })
  stripeFraudWarningId!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'fraud_type', type: 'text' })
  fraudType!: string;

  @Column({ name: 'warned_at', type: 'timestamptz', precision: 3 })
  warnedAt!: Date;

  /** When somebody said that the account may be charged off-session all the same; null when nobody has. */
  @Column({ name: 'stop_cleared_at', type: 'timestamptz', precision: 3, nullable: true })
  stopClearedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
