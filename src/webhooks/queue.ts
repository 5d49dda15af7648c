import { Any } from 'typeorm';
import type { Tx } from '../database/database.js';
import { idsWithoutJob } from '../jobs/ids-without-job.js';
import { defineQueue, type Queue } from '../jobs/queue.js';
import { type EventUrgency, urgencyOf } from '../stripe/events/event-urgency.js';
import { StripeEvent } from './stripe-event.entity.js';

/** Which event it is, and what it is about, which says where its job runs. */
export interface EventToHandle {
  stripeEventId: string;
  type: string;
}

/** An event has one job, whichever queue that is in. */
const KEY_PREFIX = 'stripe-event';

const OF_EVENTS = {
  idName: 'stripeEventId',
  keyPrefix: KEY_PREFIX,
  /** How often a job may be taken up, also by processes that die on it. Attempts of the event are counted apart. */
  maxAttempts: 200,
};

/** First attempts: purchases, money that goes back and all the rest have slots of their own. */
export const FIRST_ATTEMPTS: Readonly<Record<EventUrgency, Queue>> = {
  purchase: defineQueue({ ...OF_EVENTS, name: 'handle-purchase-event', slots: 'purchases' }),
  money_back: defineQueue({ ...OF_EVENTS, name: 'handle-money-back-event', slots: 'returns' }),
  other: defineQueue({ ...OF_EVENTS, name: 'handle-stripe-event', slots: 'others' }),
};

/** Further attempts at what has waited for Stripe: purchases first. */
export const FURTHER_ATTEMPTS = defineQueue({ ...OF_EVENTS, name: 'handle-waiting-event', slots: 'waiting' });
const PRIORITY: Record<EventUrgency, number> = { purchase: 0, money_back: 1, other: 2 };

const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Lets an event be handled, at once. One that waits for its next attempt is not kept waiting; with `onlyIfAbsent` a job
 * that is there already is left to do it.
 */
export async function addEventJob(tx: Tx, event: EventToHandle, { onlyIfAbsent = false } = {}): Promise<void> {
  await FIRST_ATTEMPTS[urgencyOf(event.type)].add(tx, event.stripeEventId, { onlyIfAbsent });
}

/** Lets an event that has waited for Stripe so often be tried again, later every time, but within a minute. */
export async function addWaitingEventJob(tx: Tx, event: EventToHandle, waits: number): Promise<void> {
  const delayMs = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** (waits - 1));
  await FURTHER_ATTEMPTS.add(tx, event.stripeEventId, { delayMs, priority: PRIORITY[urgencyOf(event.type)] });
}

/** Adds a job for every event that waits and has none that could still run. Returns how many there were. */
export async function requeueEvents(tx: Tx): Promise<number> {
  const ids = await idsWithoutJob(tx, {
    table: 'stripe_events',
    where: `status in ('received', 'failed')`,
    orderBy: 'ordinal',
    keyPrefix: KEY_PREFIX,
  });
  const events = await tx.find(StripeEvent, { where: { id: Any(ids) }, order: { ordinal: 'asc' } });
  for (const { id: stripeEventId, type } of events) await addEventJob(tx, { stripeEventId, type });
  return events.length;
}
