import { Column, Entity, PrimaryColumn } from 'typeorm';

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed', 'canceled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What `POST …/test` sends: also to an endpoint that is disabled, to see whether it may be enabled. */
export const TEST_TYPE = 'webhook_endpoint.test';

/** One message that is to be sent to one endpoint, and what became of it. */
@Entity('webhook_deliveries')
export class WebhookDelivery {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'endpoint_id', type: 'text' })
  endpointId!: string;

  /** An event of the feed (`evt_`), or a message made for deliveries alone (`msg_`). */
  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  @Column({ type: 'text' })
  type!: string;

  /** `waiting` has a job; `failed` is no longer tried; `canceled` is what waited when the endpoint was disabled. */
  @Column({ type: 'text' })
  status!: DeliveryStatus;

  /** Since it was made, or last replayed. */
  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'attempted_at', type: 'timestamptz', precision: 3, nullable: true })
  attemptedAt!: Date | null;

  @Column({ name: 'next_attempt_at', type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt!: Date | null;

  /** Of the last attempt; null when no answer came. */
  @Column({ name: 'response_status', type: 'integer', nullable: true })
  responseStatus!: number | null;

  /** How the answer to the last attempt began. Whoever has the endpoint wrote it. */
  @Column({ name: 'response_text', type: 'text', nullable: true })
  responseText!: string | null;

  /** Why the last attempt has failed, as a sentence; null when it has not. */
  @Column({ type: 'text', nullable: true })
  failure!: string | null;

  @Column({ name: 'duration_ms', type: 'integer', nullable: true })
  durationMs!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true })
  endedAt!: Date | null;
}
