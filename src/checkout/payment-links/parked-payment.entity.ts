import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A payment of a link that no account is known for: its address named none, or one that is not there. It is credited as
 * soon as there is one, and is a finding of every reconciliation until then.
 */
@Entity('parked_payments')
export class ParkedPayment {
  @PrimaryColumn({ name: 'stripe_checkout_session_id', type: 'text' })
  stripeCheckoutSessionId!: string;

  /** Null when nothing was to be paid. */
  @Column({ name: 'stripe_payment_intent_id', type: 'text', nullable: true })
  stripePaymentIntentId!: string | null;

  @Column({ name: 'payment_link_id', type: 'text' })
  paymentLinkId!: string;

  /** Who paid, where Stripe keeps it. */
  @Column({ name: 'stripe_customer_id', type: 'text', nullable: true })
  stripeCustomerId!: string | null;

  /** The account that its address named. */
  @Column({ type: 'text', nullable: true })
  reference!: string | null;

  /** Whose it is because its customer was made this account's; null while it is nobody's. */
  @Column({ name: 'account_id', type: 'text', nullable: true })
  accountId!: string | null;

  @Column({ name: 'parked_at', type: 'timestamptz', precision: 3 })
  parkedAt!: Date;
}
