import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Offer } from './offer.js';

/** An offer that a product had: append-only, which the database sees to. */
@Entity('product_revisions')
export class ProductRevision {
  @PrimaryColumn({ name: 'product_key', type: 'text' })
  productKey!: string;

  @PrimaryColumn({ type: 'integer' })
  revision!: number;

  @Column({ type: 'jsonb' })
  offer!: Offer;

  @Column({ name: 'recorded_at', type: 'timestamptz', precision: 3 })
  recordedAt!: Date;

  /** The key that set it; null for the catalogue of a fresh start. */
  @Column({ name: 'api_key_id', type: 'text', nullable: true })
  apiKeyId!: string | null;
}
