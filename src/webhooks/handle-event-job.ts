import type { Tx } from '../database/database.js';
import { addJob } from '../jobs/add-job.js';
import { defineTask } from '../jobs/task.js';

export const HANDLE_STRIPE_EVENT = defineTask<{ stripeEventId: string }>('handle-stripe-event');

/** How often a job may be taken up, also by processes that die on it. Attempts of the event itself are counted apart. */
const MAX_JOB_ATTEMPTS = 200;

/** The key of an event's job, as SQL can make it too. */
export const JOB_KEY_PREFIX = 'stripe-event:';

/**
 * Lets an event be handled, at once. One that waits for its next attempt is not kept waiting; with `onlyIfAbsent` a job
 * that is there already is left to do it.
 */
export async function addHandleEventJob(tx: Tx, stripeEventId: string, { onlyIfAbsent = false } = {}): Promise<void> {
  const options = { jobKey: `${JOB_KEY_PREFIX}${stripeEventId}`, maxAttempts: MAX_JOB_ATTEMPTS, onlyIfAbsent };
  await addJob(tx, HANDLE_STRIPE_EVENT, { stripeEventId }, options);
}
