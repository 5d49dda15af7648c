import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
