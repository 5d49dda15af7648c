import type { Tx } from '../database/database.js';
import type { ReceivedEvent } from '../stripe/events/webhook-verifier.js';
import { StripeEvent } from './stripe-event.entity.js';

/**
 * Stores an event that waits to be handled. False when it is known; a concurrent delivery of the same event waits here
 * until the first is committed. The payload is sent as text, since an entity would write it anew and not as it was
 * signed.
 */
export async function insertEvent(tx: Tx, event: ReceivedEvent, now: Date): Promise<boolean> {
  const inserted: unknown[] = await tx.query(
    `insert into stripe_events (id, type, api_version, created, livemode, payload, status, received_at)
     values ($1, $2, $3, $4, $5, $6::json, 'received', $7)
     on conflict (id) do nothing
     returning id`,
    [event.stripeEventId, event.type, event.apiVersion, event.createdAt, event.livemode, event.payload, now],
  );
  return inserted.length === 1;
}

/** Makes an event as new: it waits, and nothing was tried yet. False when there is none. */
export async function resetEvent(tx: Tx, stripeEventId: string): Promise<boolean> {
  const fresh = { status: 'received', attempts: 0, waits: 0, lastError: null, handledAt: null } as const;
  const { affected } = await tx.update(StripeEvent, { id: stripeEventId }, fresh);
  return affected === 1;
}
