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

  /** When a call last made a customer its own that Stripe had before; null where none did. */
  @Column({ name: 'customer_adopted_at', type: 'timestamptz', precision: 3, nullable: true })
  customerAdoptedAt!: Date | null;

  /** What account and customer last agreed on: whichever side differs from it has changed since. */
  @Column({ name: 'stripe_email', type: 'text', nullable: true })
  stripeEmail!: string | null;

  @Column({ name: 'stripe_name', type: 'text', nullable: true })
  stripeName!: string | null;

  /** When a call last changed it here; null while none has. */
  @Column({ name: 'email_changed_at', type: 'timestamptz', precision: 3, nullable: true })
  emailChangedAt!: Date | null;

  @Column({ name: 'name_changed_at', type: 'timestamptz', precision: 3, nullable: true })
  nameChangedAt!: Date | null;

  /** Counts all changes of what it is called and reached by, and of what was agreed. A bigint, as text. */
  @Column({ name: 'contact_version', type: 'bigint' })
  contactVersion!: string;

  /** Whether Stripe keeps something for the customer to pay with while they are not there. */
  @Column({ name: 'has_payment_method', type: 'boolean' })
  hasPaymentMethod!: boolean;

  /** When Stripe was asked that; null while it was not, or since the account has another customer. */
  @Column({ name: 'payment_method_seen_at', type: 'timestamptz', precision: 3, nullable: true })
  paymentMethodSeenAt!: Date | null;

  /** Why nobody may charge it while they are not there; null while one may. Spending is always open. */
  @Column({ name: 'off_session_stop', type: 'text', nullable: true })
  offSessionStop!: OffSessionStop | null;

  @Column({ name: 'off_session_stopped_at', type: 'timestamptz', precision: 3, nullable: true })
  offSessionStoppedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
