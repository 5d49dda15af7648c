import type Stripe from 'stripe';
import { apiVersion } from '../api/version.js';
import { kinds } from '../kinds/kinds.js';
import { newId } from '../store/ids.js';
import { type Identified, insertObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { readMode, stateUnder } from '../webhooks/mode.js';

/**
 * Records that something happened, in the transaction in which it did, and leaves a delivery for every endpoint that
 * wants to know. Returns the event's id.
 */
export async function recordEvent(
  work: Work,
  type: Stripe.Event.Type,
  object: Identified,
  previousAttributes?: object,
): Promise<string> {
  // A test clock's time is that of its objects; who is told of them lives outside.
  const created = work.testClock?.outside ?? work.now;
  const event: Stripe.EventBase = {
    id: newId('evt'),
    object: 'event',
    api_version: apiVersion,
    created,
    data: { object, ...(previousAttributes && { previous_attributes: previousAttributes }) },
    livemode: false,
    pending_webhooks: 0,
    request: work.asker,
    type,
  };
  await insertObject(work.tx, kinds.event, created, event, {});
  await leaveDeliveries(work, event.id, type);
  return event.id;
}

async function leaveDeliveries(work: Work, eventId: string, type: string): Promise<void> {
  const mode = await readMode(work.tx);
  await work.tx.query(
    `insert into sandbox.deliveries (event_id, endpoint_id, state, next_attempt_at)
     select $1, o.id, $2, clock_timestamp() + coalesce(delay.value, '0')::integer * interval '1 millisecond'
     from sandbox.objects o
     left join sandbox.settings delay on delay.name = 'webhook_delay_ms'
     where o.kind = 'webhook_endpoint'
       and not o.deleted
       and o.shown ->> 'status' = 'enabled'
       and o.shown -> 'enabled_events' ?| array['*', $3]`,
    [eventId, stateUnder[mode], type],
  );
  work.wakes.add('deliveries');
}
