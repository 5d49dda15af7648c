import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Whose a customer of Stripe's was that its account has no longer, be it replaced, deleted, or of the other mode: what
 * was begun for it may have been paid, and may still be.
 */
@Entity('former_customers')
export class FormerCustomer {
  @PrimaryColumn({ name: 'stripe_customer_id', type: 'text' })
  stripeCustomerId!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'replaced_at', type: 'timestamptz', precision: 3 })
  replacedAt!: Date;
}
