import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../../database/transformers.js';

export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** By a call; by the answer 410, which says that the endpoint is gone; or after days on which nothing was delivered. */
export const DISABLING_REASONS = ['asked', 'gone', 'failing'] as const;
export type DisablingReason = (typeof DISABLING_REASONS)[number];

/** Where events are sent to. Its secrets are kept apart (`webhook-secrets.store.ts`). */
@Entity('webhook_endpoints')
export class WebhookEndpoint {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** Types of events, `order.*` for all that begin so, or `*` for all but `spend.created`. */
  @Column({ type: 'text', array: true })
  events!: string[];

  @Column({ type: 'text' })
  status!: EndpointStatus;

  @Column({ name: 'disabled_because', type: 'text', nullable: true })
  disabledBecause!: DisablingReason | null;

  @Column({ name: 'disabled_at', type: 'timestamptz', precision: 3, nullable: true })
  disabledAt!: Date | null;

  /** When the first attempt has failed since one last succeeded; null while none has. */
  @Column({ name: 'failing_since', type: 'timestamptz', precision: 3, nullable: true })
  failingSince!: Date | null;

  /** The number of the last event of the feed that was looked at for this endpoint. */
  @Column({ name: 'followed_number', type: 'bigint', transformer: asBigint })
  followedNumber!: bigint;

  /** The number behind which events are sent once more, up to `replayThroughNumber`; null when none are. */
  @Column({ name: 'replayed_number', type: 'bigint', transformer: asBigint, nullable: true })
  replayedNumber!: bigint | null;

  @Column({ name: 'replay_through_number', type: 'bigint', transformer: asBigint, nullable: true })
  replayThroughNumber!: bigint | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
