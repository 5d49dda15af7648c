import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What became of an event. `received` waits, `failed` waits for its next attempt, `dead` had its last one and waits for
 * a person, `ignored` is nothing that this service acts on.
 */
export const STRIPE_EVENT_STATUSES = ['received', 'handled', 'ignored', 'failed', 'dead'] as const;
export type StripeEventStatus = (typeof STRIPE_EVENT_STATUSES)[number];

/** An event of Stripe as it came in, and what became of it. */
@Entity('stripe_events')
export class StripeEvent {
  /** Stripe's own. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Counts events up in the order in which they came in: what lists are sorted by. A bigint, as text. */
  @Column({ type: 'bigint', insert: false, update: false })
  ordinal!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ name: 'api_version', type: 'text', nullable: true })
  apiVersion!: string | null;

  /** When it happened at Stripe. */
  @Column({ name: 'created', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'boolean' })
  livemode!: boolean;

  /** Kept as it was signed, so it is not written from here. Read only where it is needed. */
  @Column({ type: 'json', select: false, insert: false, update: false })
  payload!: unknown;

  @Column({ type: 'text' })
  status!: StripeEventStatus;

  @Column({ type: 'integer' })
  attempts!: number;

  /** How many of the attempts ended because Stripe gave no answer. */
  @Column({ type: 'integer' })
  waits!: number;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'received_at', type: 'timestamptz', precision: 3 })
  receivedAt!: Date;

  @Column({ name: 'handled_at', type: 'timestamptz', precision: 3, nullable: true })
  handledAt!: Date | null;
}
