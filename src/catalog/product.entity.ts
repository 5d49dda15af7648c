import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from 'typeorm';
import { type Credits, credits } from '../kernel/credits.js';

export const PRODUCT_KINDS = ['pack', 'plan', 'feature'] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

export const PLAN_INTERVALS = ['month', 'year'] as const;
export type PlanInterval = (typeof PLAN_INTERVALS)[number];

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

  @Column({
    type: 'bigint',
    transformer: { from: (value: string) => credits(value), to: (value: Credits) => value.toString() },
  })
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
  @Column({ name: 'amount_minor', type: 'bigint', transformer: { from: Number, to: String } })
  amountMinor!: number;

  @ManyToOne(
    () => Product,
    (product) => product.prices,
  )
  @JoinColumn({ name: 'product_key' })
  product!: unknown;
}
