import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the portal of a mode was last set up with at Stripe. */
@Entity('portal_configurations')
export class PortalConfiguration {
  @PrimaryColumn({ type: 'boolean' })
  livemode!: boolean;

  @Column({ name: 'stripe_configuration_id', type: 'text' })
  stripeConfigurationId!: string;

  /** Of the offers that it was set up with. */
  @Column({ type: 'bytea' })
  digest!: Buffer;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
