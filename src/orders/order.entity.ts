import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Offer } from '../catalog/offer.js';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';
import type { Source } from '../ledger/book/model.js';
import type { InvoiceReason } from '../stripe/objects/billing-objects.js';
import type { PageOptions } from '../stripe/objects/sale-objects.js';
import type { OrderStatus } from './order-lifecycle.js';

/** The product as it was when the order was made. What is granted follows from this alone. */
export type ProductSnapshot = Pick<Offer, 'name' | 'kind' | 'credits' | 'validityDays' | 'features'> & Partial<Offer>;

/**
 * How an order is paid: on a page of its own, on the page of a payment link, in a form of the app's, or by an invoice
 * of the account's subscription.
 */
export type OrderChannel = 'checkout_session' | 'payment_link' | 'payment_intent' | 'subscription';

/** What the payment asks for besides the money, as it was when the order was made. */
export interface PaymentOptions extends PageOptions {
  /** Where Stripe sends the receipt. */
  receiptEmail: string | null;
  /** Absent where what is paid with is not to be kept. */
  reuseConsent?: ReuseConsent;
}

/** To what a customer agrees by paying, so that they can be charged again while they are not there. */
export interface ReuseConsent {
  textVersion: string;
  /** As the page shows it. */
  text: string;
}

const NO_OPTIONS: PaymentOptions = {
  promotionCodes: false,
  automaticTax: false,
  taxIds: false,
  terms: false,
  receiptEmail: null,
};

/** One purchase. Money in minor units of `currency`. */
@Entity('orders')
export class Order {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  channel!: OrderChannel;

  /** The link that was paid, for an order that came of one. */
  @Column({ name: 'payment_link_id', type: 'text', nullable: true })
  paymentLinkId!: string | null;

  @Column({ name: 'product_key', type: 'text' })
  productKey!: string;

  @Column({ name: 'product_snapshot', type: 'jsonb' })
  product!: ProductSnapshot;

  @Column({ type: 'integer' })
  quantity!: number;

  /** Of all units together. */
  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  @Column({ name: 'offer_amount_minor', type: 'bigint', transformer: asBigint })
  offerAmountMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  /** An order that is older than an option was not asked for it. */
  @Column({
    name: 'payment_options',
    type: 'jsonb',
    transformer: {
      from: (stored: Partial<PaymentOptions>) => ({ ...NO_OPTIONS, ...stored }),
      to: (options: PaymentOptions) => options,
    },
  })
  options!: PaymentOptions;

  /** What was really charged, after discount and with tax; null until the order is paid. */
  @Column({ name: 'charged_minor', type: 'bigint', nullable: true, transformer: asBigint })
  chargedMinor!: bigint | null;

  /** What of it is tax, as Stripe has worked it out. */
  @Column({ name: 'tax_minor', type: 'bigint', transformer: asBigint })
  taxMinor!: bigint;

  @Column({ name: 'refunded_minor', type: 'bigint', transformer: asBigint })
  refundedMinor!: bigint;

  /** Withdrawn by disputes and not given back. */
  @Column({ name: 'disputed_minor', type: 'bigint', transformer: asBigint })
  disputedMinor!: bigint;

  /** Disputes and inquiries that are not decided yet. */
  @Column({ name: 'open_disputes', type: 'integer' })
  openDisputes!: number;

  @Column({ name: 'reversed_credits', type: 'bigint', transformer: asBigint })
  reversedCredits!: Credits;

  @Column({ name: 'lapsed_credits', type: 'bigint', transformer: asBigint })
  lapsedCredits!: Credits;

  @Column({ name: 'shortfall_credits', type: 'bigint', transformer: asBigint })
  shortfallCredits!: Credits;

  /** Follows from `order-lifecycle.ts` alone. */
  @Column({ type: 'text' })
  status!: OrderStatus;

  @Column({ name: 'checkout_session_id', type: 'text', nullable: true })
  stripeCheckoutSessionId!: string | null;

  @Column({ name: 'checkout_url', type: 'text', nullable: true })
  checkoutUrl!: string | null;

  @Column({ name: 'checkout_expires_at', type: 'timestamptz', precision: 3, nullable: true })
  checkoutExpiresAt!: Date | null;

  /** Known from the beginning where the app has a form of its own, otherwise once the order is paid. */
  @Column({ name: 'payment_intent_id', type: 'text', nullable: true })
  stripePaymentIntentId!: string | null;

  /** When Stripe was asked what the payment has become, as far as the status says it; null for orders with a page. */
  @Column({ name: 'payment_seen_at', type: 'timestamptz', precision: 3, nullable: true })
  paymentSeenAt!: Date | null;

  @Column({ name: 'source_type', type: 'text', nullable: true })
  sourceType!: string | null;

  @Column({ name: 'source_id', type: 'text', nullable: true })
  sourceId!: string | null;

  @Column({ name: 'grant_id', type: 'text', nullable: true })
  grantId!: string | null;

  /** The subscription that it began or that it was charged for. */
  @Column({ name: 'stripe_subscription_id', type: 'text', nullable: true })
  stripeSubscriptionId!: string | null;

  /** The invoice that charged it; null for an order that no subscription was charged for. */
  @Column({ name: 'stripe_invoice_id', type: 'text', nullable: true })
  stripeInvoiceId!: string | null;

  @Column({ name: 'billing_reason', type: 'text', nullable: true })
  billingReason!: InvoiceReason | null;

  /** What of its credits has lapsed, and was given anew because it was to roll over. */
  @Column({ name: 'revived_credits', type: 'bigint', transformer: asBigint })
  revivedCredits!: Credits;

  @Column({ name: 'idempotency_digest', type: 'bytea', nullable: true })
  idempotencyDigest!: Buffer | null;

  @Column({ name: 'idempotency_fingerprint', type: 'bytea', nullable: true })
  idempotencyFingerprint!: Buffer | null;

  /** When Stripe was last asked for a way to pay and gave no answer; null once there is one. */
  @Column({ name: 'unanswered_at', type: 'timestamptz', precision: 3, nullable: true })
  unansweredAt!: Date | null;

  @Column({ type: 'boolean' })
  livemode!: boolean;

  @Column({ name: 'success_url', type: 'text' })
  successUrl!: string;

  @Column({ name: 'cancel_url', type: 'text' })
  cancelUrl!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'fulfilled_at', type: 'timestamptz', precision: 3, nullable: true })
  fulfilledAt!: Date | null;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** What the purchase is keyed on in the ledger; null until the order is paid. A copy of an order does not have it. */
  get purchase(): Source | null {
    const { sourceType: type, sourceId: id } = this;
    return type === null || id === null ? null : { type, id };
  }
}

/** One of the payments that an invoice was paid with, and the order of that invoice. */
@Entity('invoice_payments')
export class InvoicePayment {
  @PrimaryColumn({ name: 'stripe_payment_intent_id', type: 'text' })
  stripePaymentIntentId!: string;

  @PrimaryColumn({ name: 'stripe_invoice_id', type: 'text' })
  stripeInvoiceId!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz', precision: 3 })
  recordedAt!: Date;
}
