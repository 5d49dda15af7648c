/**
 * What became of an event. `received` waits, `failed` waits for its next attempt, `dead` had its last one and waits for
 * a person, `ignored` is none of our business.
 */
export const STRIPE_EVENT_STATUSES = ['received', 'handled', 'ignored', 'failed', 'dead'] as const;
export type StripeEventStatus = (typeof STRIPE_EVENT_STATUSES)[number];

/** An event as it is listed. Its payload is read only where it is needed. */
export interface StripeEvent {
  id: string;
  ordinal: string;
  type: string;
  apiVersion: string | null;
  createdAt: Date;
  livemode: boolean;
  status: StripeEventStatus;
  attempts: number;
  lastError: string | null;
  receivedAt: Date;
  handledAt: Date | null;
}

/** A row as the driver returns it. */
export interface StripeEventRow {
  id: string;
  ordinal: string;
  type: string;
  api_version: string | null;
  created: Date;
  livemode: boolean;
  status: StripeEventStatus;
  attempts: number;
  last_error: string | null;
  received_at: Date;
  handled_at: Date | null;
}

export const STRIPE_EVENT_COLUMNS =
  'id, ordinal, type, api_version, created, livemode, status, attempts, last_error, received_at, handled_at';

export function toStripeEvent(row: StripeEventRow): StripeEvent {
  return {
    id: row.id,
    ordinal: row.ordinal,
    type: row.type,
    apiVersion: row.api_version,
    createdAt: row.created,
    livemode: row.livemode,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    receivedAt: row.received_at,
    handledAt: row.handled_at,
  };
}
