import { likePattern } from '../store/list.js';
import type { World } from '../world.js';
import type { Delivery } from './attempt.js';

export const flushOrders = ['created', 'reversed', 'shuffled'] as const;
export type FlushOrder = (typeof flushOrders)[number];

export interface FlushOrders {
  order: FlushOrder;
  /** How often each is sent, at once. */
  copies: number;
  /** These events alone, in this order. */
  events?: string[];
  /** Events of these types alone; `*` stands for any rest. */
  types?: string[];
}

const orderBy = { created: 'id', reversed: 'id desc', shuffled: 'random()' };

/**
 * Sends what is held, one event after the other in the given order, and returns how many of the sendings were accepted
 * and how many were not.
 */
export async function flush(world: World, orders: FlushOrders): Promise<{ delivered: number; failed: number }> {
  const counts = { delivered: 0, failed: 0 };
  for (const delivery of await claimHeld(world, orders)) {
    for (const { accepted } of await world.deliveries.send(delivery, orders.copies)) {
      counts[accepted ? 'delivered' : 'failed'] += 1;
    }
  }
  return counts;
}

function claimHeld({ database }: World, { order, events, types }: FlushOrders): Promise<Delivery[]> {
  return database.query<Delivery>(
    `with claimed as (
       update sandbox.deliveries d
       set state = 'sending'
       from sandbox.objects event
       where d.state = 'held'
         and event.id = d.event_id
         and ($1::text[] is null or event.id = any($1))
         and ($2::text[] is null or event.shown ->> 'type' like any($2))
       returning d.id, d.event_id, d.endpoint_id, d.attempts
     )
     select * from claimed order by array_position($1::text[], event_id), ${orderBy[order]}`,
    [events ?? null, types?.map(likePattern) ?? null],
  );
}
