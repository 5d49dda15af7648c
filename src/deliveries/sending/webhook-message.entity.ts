import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is sent and is no event of the feed, such as a test. */
@Entity('webhook_messages')
export class WebhookMessage {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'jsonb' })
  data!: object;

  @Column({ name: 'occurred_at', type: 'timestamptz', precision: 3 })
  occurredAt!: Date;
}
