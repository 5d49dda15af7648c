import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../../database/transformers.js';
import type { Credits } from '../../kernel/credits.js';
import type { PaymentOptions, ProductSnapshot } from '../../orders/order.entity.js';
import type { Sale } from '../../orders/sale.js';

/** What one payment of a link buys. */
export class LinkSale implements Sale {
  @Column({ name: 'product_key', type: 'text' })
  productKey!: string;

  /** As it was when the link was made. */
  @Column({ name: 'product_snapshot', type: 'jsonb' })
  product!: ProductSnapshot;

  @Column({ type: 'integer' })
  quantity!: number;

  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  @Column({ name: 'offer_amount_minor', type: 'bigint', transformer: asBigint })
  amountMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;
}

/** A page that can be paid any number of times; each payment becomes an order of its own, for what the link sells. */
@Entity('payment_links')
export class PaymentLink {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Who gets the credits of every payment; null when each payment names its account. */
  @Column({ name: 'account_id', type: 'text', nullable: true })
  accountId!: string | null;

  @Column(() => LinkSale, { prefix: false })
  sale!: LinkSale;

  @Column({ name: 'payment_options', type: 'jsonb' })
  options!: PaymentOptions;

  @Column({ name: 'stripe_payment_link_id', type: 'text', nullable: true })
  stripePaymentLinkId!: string | null;

  /** Null until Stripe has the link. */
  @Column({ type: 'text', nullable: true })
  url!: string | null;

  @Column({ name: 'idempotency_digest', type: 'bytea', nullable: true })
  idempotencyDigest!: Buffer | null;

  @Column({ name: 'idempotency_fingerprint', type: 'bytea', nullable: true })
  idempotencyFingerprint!: Buffer | null;

  /** When Stripe was last asked for the link and gave no answer; null once it is there. */
  @Column({ name: 'unanswered_at', type: 'timestamptz', precision: 3, nullable: true })
  unansweredAt!: Date | null;

  @Column({ type: 'boolean' })
  livemode!: boolean;

  /** When it was switched off by a call; null while it was not. */
  @Column({ name: 'deactivated_at', type: 'timestamptz', precision: 3, nullable: true })
  deactivatedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
