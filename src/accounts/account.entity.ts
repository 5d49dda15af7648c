import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A payment of the account is disputed or was lost, or somebody warned of fraud. */
export const OFF_SESSION_STOPS = ['dispute', 'fraud_warning'] as const;
export type OffSessionStop = (typeof OFF_SESSION_STOPS)[number];

/** The billable customer of the app that calls us. The id is the caller's own. */
@Entity('accounts')
export class Account {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Counts accounts up in the order of their making: what lists are sorted by. A bigint, as text. */
  @Column({ type: 'bigint', insert: false, update: false })
  ordinal!: string;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'jsonb' })
  metadata!: Record<string, string>;

  @Column({ name: 'stripe_customer_id', type: 'text', nullable: true })
  stripeCustomerId!: string | null;

  /** A digest of the contact that Stripe was last told; null while it was told none. */
  @Column({ name: 'stripe_customer_told', type: 'bytea', nullable: true })
  stripeCustomerTold!: Buffer | null;

  /** Whether Stripe keeps something for the customer to pay with while they are not there. */
  @Column({ name: 'has_payment_method', type: 'boolean' })
  hasPaymentMethod!: boolean;

  /** Why nobody may charge it while they are not there; null while one may. Spending is always open. */
  @Column({ name: 'off_session_stop', type: 'text', nullable: true, insert: false, update: false })
  offSessionStop!: OffSessionStop | null;

  @Column({
    name: 'off_session_stopped_at',
    type: 'timestamptz',
    precision: 3,
    nullable: true,
    insert: false,
    update: false,
  })
  offSessionStoppedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
