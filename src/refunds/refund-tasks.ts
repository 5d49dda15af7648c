import type { Tx } from '../database/database.js';
import { addJob, type JobOptions } from '../jobs/add-job.js';
import { defineTask } from '../jobs/task.js';

/** Asks Stripe for a refund that was recorded and whose request may have died before Stripe was asked. */
export const ASK_FOR_REFUND = defineTask<{ refundId: string }>('ask-for-refund');

/** The waits grow to six hours, so that a key of Stripe's can be wrong for weeks before a refund is given up. */
const MAX_ATTEMPTS = 100;

/** The key of a refund's job, as SQL can make it too. */
export const JOB_KEY_PREFIX = 'ask-for-refund:';

export async function addAskForRefundJob(
  tx: Tx,
  refundId: string,
  { delayMs }: Pick<JobOptions, 'delayMs'> = {},
): Promise<void> {
  const options = { jobKey: `${JOB_KEY_PREFIX}${refundId}`, maxAttempts: MAX_ATTEMPTS, delayMs };
  await addJob(tx, ASK_FOR_REFUND, { refundId }, options);
}
