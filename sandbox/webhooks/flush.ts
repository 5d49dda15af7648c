import type { World } from '../world.js';
import type { Delivery } from './attempt.js';

export const flushOrders = ['created', 'reversed', 'shuffled'] as const;
export type FlushOrder = (typeof flushOrders)[number];

const orderBy = { created: 'id', reversed: 'id desc', shuffled: 'random()' };

/**
 * Sends what is held, one event after the other in the given order, the copies of each at once, and answers how many of the
 * sendings were accepted and how many were not.
 */
export async function flush(
  world: World,
  { order, copies }: { order: FlushOrder; copies: number },
): Promise<{ delivered: number; failed: number }> {
  const held = await world.database.query<Delivery>(
    `with claimed as (
       update sandbox.deliveries
       set state = 'sending'
       where state = 'held'
       returning id, event_id, endpoint_id, attempts
     )
     select * from claimed order by ${orderBy[order]}`,
  );
  const counts = { delivered: 0, failed: 0 };
  for (const delivery of held) {
    for (const { accepted } of await world.deliveries.send(delivery, copies)) {
      counts[accepted ? 'delivered' : 'failed'] += 1;
    }
  }
  return counts;
}
