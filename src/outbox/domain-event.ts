/**
 * What happened that somebody outside may want to be told of. `booking.to_release` says that a place was paid back and
 * is free again.
 */
export const DOMAIN_EVENT_TYPES = [
  'payment.failed',
  'payment.action_required',
  'trial.ending',
  'renewal.coming',
  'credits.expiring',
  'subscription.access_changed',
  'booking.to_release',
] as const;
export type DomainEventType = (typeof DOMAIN_EVENT_TYPES)[number];

export interface NewDomainEvent {
  type: DomainEventType;
  accountId: string;
  /** What it is about: ids, names, numbers and instants, never secrets. */
  data: Record<string, string | number | boolean | null>;
  /** Names the cause: of one type and cause there is one event, however often it is recorded. */
  cause: string;
  /** When it happened; now when absent. */
  occurredAt?: Date;
}
