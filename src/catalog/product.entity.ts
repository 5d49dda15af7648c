import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';
import type { IncludedUsage } from './included-usage.js';

/** A bigint column whose values a JavaScript number carries exactly. Null stays null, what is left out left out. */
const asNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: number | null | undefined) => value?.toString() ?? value,
};

export const PRODUCT_KINDS = ['pack', 'plan', 'feature'] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

export const PLAN_INTERVALS = ['month', 'year'] as const;
export type PlanInterval = (typeof PLAN_INTERVALS)[number];

/** What becomes of a bought feature when part of its money goes back. All of it closes it in any case. */
export const PARTIAL_REFUND_POLICIES = ['keep', 'close'] as const;
export type PartialRefundPolicy = (typeof PARTIAL_REFUND_POLICIES)[number];

/**
 * What is bought with a feature: the use of something, or a place that is kept and must be released when it is
 * refunded.
 */
export const FULFILMENTS = ['access', 'booking'] as const;
export type Fulfilment = (typeof FULFILMENTS)[number];

/** What is sold: a pack of credits once, a plan again and again, or a feature. The key is the owner's own. */
@Entity('products')
export class Product {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  /** Counts products up in the order of their making: what lists are sorted by. A bigint, as text. */
  @Column({ type: 'bigint', insert: false, update: false })
  ordinal!: string;

  /** Never changes: orders and subscriptions rely on it. */
  @Column({ type: 'text' })
  kind!: ProductKind;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  @OneToMany(
    () => ProductPrice,
    (price) => price.product,
  )
  prices!: ProductPrice[];

  /** How long the credits of a purchase live; for ever when null. */
  @Column({ name: 'validity_days', type: 'integer', nullable: true })
  validityDays!: number | null;

  @Column({ type: 'text', array: true })
  features!: string[];

  /** How often a plan is charged; null for anything else. */
  @Column({ type: 'text', nullable: true })
  interval!: PlanInterval | null;

  /** How long a plan may be tried before it is charged; null where it may not. */
  @Column({ name: 'trial_days', type: 'integer', nullable: true })
  trialDays!: number | null;

  /** What a trial gives in place of the plan's credits. */
  @Column({ name: 'trial_credits', type: 'bigint', transformer: asNumber })
  trialCredits!: number;

  /** How long credits of a plan's month live on that roll over; null where none do. */
  @Column({ name: 'rollover_months', type: 'integer', nullable: true })
  rolloverMonths!: number | null;

  /** The most that rolls over at one renewal; null for all. */
  @Column({ name: 'rollover_cap_credits', type: 'bigint', nullable: true, transformer: asNumber })
  rolloverCapCredits!: number | null;

  /** For how many people a plan is; null where it does not say. */
  @Column({ type: 'integer', nullable: true })
  seats!: number | null;

  /** Only of plans. */
  @Column({ type: 'jsonb' })
  included!: IncludedUsage[];

  /** Only of features. */
  @Column({ name: 'on_partial_refund', type: 'text', nullable: true })
  onPartialRefund!: PartialRefundPolicy | null;

  /** Only of features. */
  @Column({ type: 'text', nullable: true })
  fulfilment!: Fulfilment | null;

  /** Whether it can be bought now. */
  @Column({ type: 'boolean' })
  active!: boolean;

  /** Counts the changes of the offer, from 1. */
  @Column({ type: 'integer' })
  revision!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}

/** What a product costs in one currency. */
@Entity('product_prices')
export class ProductPrice {
  @PrimaryColumn({ name: 'product_key', type: 'text' })
  productKey!: string;

  @PrimaryColumn({ type: 'char', length: 3 })
  currency!: string;

  /** Minor units, such as cents: at most twelve digits, so a JavaScript number carries it exactly. */
  @Column({ name: 'amount_minor', type: 'bigint', transformer: asNumber })
  amountMinor!: number;

  @ManyToOne(
    () => Product,
    (product) => product.prices,
  )
  @JoinColumn({ name: 'product_key' })
  product!: unknown;
}
