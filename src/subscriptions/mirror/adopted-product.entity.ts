import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product of Stripe's that stands for a plan of the catalogue, since a subscription to it was adopted. */
@Entity('adopted_products')
export class AdoptedProduct {
  @PrimaryColumn({ name: 'stripe_product_id', type: 'text' })
  stripeProductId!: string;

  @Column({ name: 'product_key', type: 'text' })
  productKey!: string;

  @Column({ name: 'adopted_at', type: 'timestamptz', precision: 3 })
  adoptedAt!: Date;
}
