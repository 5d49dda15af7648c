import type { DomainEventType } from './event-types.js';

export interface NewDomainEvent {
  type: DomainEventType;
  /** Whose it is; null where it is of no account. */
  accountId: string | null;
  /**
   * What it is about, as the class of its type says (`app/domain-events.ts`): what the API shows to anybody with a key,
   * never secrets.
   */
  data: object;
  /**
   * Names the cause: of one type and cause there is one event, however often it is recorded. Absent where the
   * transaction happens once, such as one that changes a state.
   */
  cause?: string;
  /** When it happened; now when absent. */
  occurredAt?: Date;
}

/** An event as it stands in the feed. */
export interface DomainEvent {
  id: string;
  type: DomainEventType;
  /** Its place in the feed: rises by one from event to event. */
  number: number;
  accountId: string | null;
  data: Record<string, unknown>;
  occurredAt: Date;
}
