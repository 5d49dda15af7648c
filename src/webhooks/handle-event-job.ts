import type { Tx } from '../database/database.js';
import { addJob } from '../jobs/add-job.js';
import type { SlotKind } from '../jobs/slots.js';
import { defineTask, type Task } from '../jobs/task.js';
import { type EventUrgency, urgencyOf } from '../stripe/events/event-urgency.js';

type EventTask = Task<{ stripeEventId: string }>;

/** Which event it is, and what it is about, which says where its job runs. */
export interface HandledEvent {
  stripeEventId: string;
  type: string;
}

/** First attempts: purchases, money that goes back and all the rest have slots of their own. */
export const EVENT_TASKS: readonly { urgency: EventUrgency; task: EventTask; slots: SlotKind }[] = [
  { urgency: 'purchase', task: defineTask('handle-purchase-event'), slots: 'purchases' },
  { urgency: 'money_back', task: defineTask('handle-money-back-event'), slots: 'returns' },
  { urgency: 'other', task: defineTask('handle-stripe-event'), slots: 'others' },
];

/** Further attempts at what has waited for Stripe: purchases first. */
export const HANDLE_WAITING_EVENT: EventTask = defineTask('handle-waiting-event');
const PRIORITY: Record<EventUrgency, number> = { purchase: 0, money_back: 1, other: 2 };

/**
 * How often a job may be taken up, also by processes that die on it. Attempts of the event itself are counted apart.
 */
const MAX_JOB_ATTEMPTS = 200;

/** The key of an event's job, as SQL can make it too. */
export const JOB_KEY_PREFIX = 'stripe-event:';

const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Lets an event be handled, at once. One that waits for its next attempt is not kept waiting; with `onlyIfAbsent` a job
 * that is there already is left to do it.
 */
export async function addHandleEventJob(tx: Tx, event: HandledEvent, { onlyIfAbsent = false } = {}): Promise<void> {
  const urgency = urgencyOf(event.type);
  const { task } = EVENT_TASKS.find((each) => each.urgency === urgency) ?? { task: HANDLE_WAITING_EVENT };
  await add(tx, task, event, { onlyIfAbsent });
}

/** Lets an event that has waited for Stripe so often be tried again, later every time, but within a minute. */
export async function addWaitingEventJob(tx: Tx, event: HandledEvent, waits: number): Promise<void> {
  const delayMs = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** (waits - 1));
  await add(tx, HANDLE_WAITING_EVENT, event, { delayMs, priority: PRIORITY[urgencyOf(event.type)] });
}

async function add(
  tx: Tx,
  task: EventTask,
  { stripeEventId }: HandledEvent,
  options: { onlyIfAbsent?: boolean; delayMs?: number; priority?: number },
): Promise<void> {
  const jobKey = `${JOB_KEY_PREFIX}${stripeEventId}`;
  await addJob(tx, task, { stripeEventId }, { jobKey, maxAttempts: MAX_JOB_ATTEMPTS, ...options });
}
