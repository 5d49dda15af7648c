import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When an alert for what expires has fired last of an account. */
@Entity('alert_firings')
export class AlertFiring {
  @PrimaryColumn({ name: 'alert_id', type: 'text' })
  alertId!: string;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'fired_at', type: 'timestamptz', precision: 3 })
  firedAt!: Date;
}
