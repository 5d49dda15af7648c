import type { Tx } from '../../database/database.js';
import { newId } from '../../kernel/ids.js';
import { deliveryQueue } from './queue.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

/** What is to be sent: an event of the feed, or a message that is made for deliveries alone. */
export interface ToSend {
  messageId: string;
  type: string;
}

/**
 * Adds a delivery and its job for each message, to one endpoint. A message that the endpoint was sent, or is to be
 * sent, is left alone; with `again` one that is over is sent once more. Returns the ids of those that are to be sent.
 */
export async function addDeliveries(
  tx: Tx,
  endpointId: string,
  messages: readonly ToSend[],
  { now, again = false }: { now: Date; again?: boolean },
): Promise<string[]> {
  if (messages.length === 0) return [];
  const added: { id: string }[] = await tx.query(
    `insert into webhook_deliveries (id, endpoint_id, message_id, type, status, next_attempt_at, created_at)
     select id, $1, message_id, type, 'waiting', $2::timestamptz, $2
     from unnest($3::text[], $4::text[], $5::text[]) as message (id, message_id, type)
     on conflict (endpoint_id, message_id) do ${again ? AGAIN : 'nothing'}
     returning id`,
    [
      endpointId,
      now,
      messages.map(() => newId('dlv', now)),
      messages.map(({ messageId }) => messageId),
      messages.map(({ type }) => type),
    ],
  );
  const ids = added.map(({ id }) => id);
  await deliveryQueue.addAll(tx, ids);
  return ids;
}

const AGAIN = `update
     set status = 'waiting', attempts = 0, next_attempt_at = excluded.next_attempt_at, ended_at = null
     where webhook_deliveries.status <> 'waiting'`;

/** Has a delivery begin anew, whatever became of it, with a job of its own. */
export async function beginAnew(tx: Tx, deliveryId: string, now: Date): Promise<void> {
  await tx.update(
    WebhookDelivery,
    { id: deliveryId },
    { status: 'waiting', attempts: 0, nextAttemptAt: now, endedAt: null },
  );
  await deliveryQueue.add(tx, deliveryId);
}

/** Has all deliveries of a type to an endpoint begin anew that were made since a moment and are over. */
export async function beginAllAnew(
  tx: Tx,
  endpointId: string,
  { type, since, now }: { type: string; since: Date; now: Date },
): Promise<void> {
  const [begun]: [{ id: string }[], number] = await tx.query(
    `update webhook_deliveries
     set status = 'waiting', attempts = 0, next_attempt_at = $4, ended_at = null
     where endpoint_id = $1
       and type = $2
       and created_at >= $3
       and status <> 'waiting'
     returning id`,
    [endpointId, type, since, now],
  );
  await deliveryQueue.addAll(
    tx,
    begun.map(({ id }) => id),
  );
}

/** Ends what waits for an endpoint. Its jobs will find nothing to do. */
export async function cancelWaiting(tx: Tx, endpointId: string, now: Date): Promise<void> {
  await tx.update(
    WebhookDelivery,
    { endpointId, status: 'waiting' },
    { status: 'canceled', nextAttemptAt: null, endedAt: now },
  );
}

/** Deletes deliveries that ended before an instant, at most `limit`, and returns how many there were. */
export async function deleteEnded(tx: Tx, before: Date, limit: number): Promise<number> {
  const [, deleted]: [unknown, number] = await tx.query(
    `delete from webhook_deliveries
     where id in (
       select id from webhook_deliveries where ended_at < $1 order by ended_at limit $2 for update skip locked)`,
    [before, limit],
  );
  return deleted;
}

/** Deletes messages that were made before an instant and that nobody is to be sent any more, at most `limit`. */
export async function deleteMessages(tx: Tx, before: Date, limit: number): Promise<number> {
  const [, deleted]: [unknown, number] = await tx.query(
    `delete from webhook_messages
     where id in (
       select id
       from webhook_messages
       where occurred_at < $1
         and not exists (select from webhook_deliveries where message_id = webhook_messages.id)
       limit $2
       for update skip locked)`,
    [before, limit],
  );
  return deleted;
}
