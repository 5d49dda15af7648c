import type { Tx } from '../../database/database.js';
import { addJob, type JobOptions } from '../../jobs/add-job.js';
import { defineTask } from '../../jobs/task.js';

/** Takes the next step of a run. */
export const RECONCILE = defineTask<{ reconciliationId: string }>('reconcile');

/** What the clock adds beside the payload of its own: which of its times it was. */
export interface Scheduled {
  _cron?: { ts: string };
}

export const RECONCILE_ON_SCHEDULE = defineTask<Scheduled>('reconcile-on-schedule');
export const CHECK_BOOKS_ON_SCHEDULE = defineTask<Scheduled>('check-books-on-schedule');

/** The key of a run's job, as SQL can make it too. */
export const JOB_KEY_PREFIX = 'reconcile:';

/** Lets the next step be taken. There is one job for a run: each step that is noted replaces it. */
export async function addReconcileJob(
  tx: Tx,
  reconciliationId: string,
  { delayMs }: Pick<JobOptions, 'delayMs'> = {},
): Promise<void> {
  await addJob(tx, RECONCILE, { reconciliationId }, { jobKey: `${JOB_KEY_PREFIX}${reconciliationId}`, delayMs });
}
