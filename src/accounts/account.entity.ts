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

  /** What account and customer last agreed on: whichever side differs from it has changed since. */
  @Column({ name: 'stripe_email', type: 'text', nullable: true, insert: false, update: false })
  stripeEmail!: string | null;

  @Column({ name: 'stripe_name', type: 'text', nullable: true, insert: false, update: false })
  stripeName!: string | null;

  /** When a call last changed it here; null while none has. */
  @Column({ name: 'email_changed_at', type: 'timestamptz', precision: 3, nullable: true, insert: false, update: false })
  emailChangedAt!: Date | null;

  @Column({ name: 'name_changed_at', type: 'timestamptz', precision: 3, nullable: true, insert: false, update: false })
  nameChangedAt!: Date | null;

  /** Counts all changes of what it is called and reached by, and of what was agreed. A bigint, as text. */
  @Column({ name: 'contact_version', type: 'bigint', insert: false, update: false })
  contactVersion!: string;

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
