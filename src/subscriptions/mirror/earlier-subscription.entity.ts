import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A subscription that a customer had before it was adopted, and what was paid for it until then. */
@Entity('earlier_subscriptions')
export class EarlierSubscription {
  @PrimaryColumn({ name: 'stripe_subscription_id', type: 'text' })
  stripeSubscriptionId!: string;

  /** After all that was paid before, to the second. */
  @Column({ name: 'credits_from', type: 'timestamptz', precision: 3 })
  creditsFrom!: Date;

  /** All invoices that were paid before: within one second only they tell what was paid when. */
  @Column({ name: 'stripe_invoice_ids', type: 'text', array: true })
  stripeInvoiceIds!: readonly string[];
}
