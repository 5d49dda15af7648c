import type { Tx } from '../database/database.js';
import { addJob, type JobOptions } from '../jobs/add-job.js';
import { defineTask } from '../jobs/task.js';

/** Hands evidence to Stripe that was recorded and whose request may have died before Stripe was asked. */
export const HAND_OVER_EVIDENCE = defineTask<{ evidenceId: string }>('hand-over-evidence');

/** The waits grow to six hours: longer than any bank waits for an answer. */
const MAX_ATTEMPTS = 100;

/** The key of the job, as SQL can make it too. */
export const JOB_KEY_PREFIX = 'hand-over-evidence:';

export async function addHandOverEvidenceJob(
  tx: Tx,
  evidenceId: string,
  { delayMs }: Pick<JobOptions, 'delayMs'> = {},
): Promise<void> {
  const options = { jobKey: `${JOB_KEY_PREFIX}${evidenceId}`, maxAttempts: MAX_ATTEMPTS, delayMs };
  await addJob(tx, HAND_OVER_EVIDENCE, { evidenceId }, options);
}
