import type { Tx } from '../database/database.js';
import { addJob } from '../jobs/add-job.js';
import { defineTask } from '../jobs/task.js';

/** Brings the e-mail and the name of an account and of its customer at Stripe in step. */
export const KEEP_CONTACT = defineTask<{ accountId: string }>('keep-contact');

/** One that waits for its next attempt is not kept waiting. */
export async function addKeepContactJob(tx: Tx, accountId: string): Promise<void> {
  await addJob(tx, KEEP_CONTACT, { accountId }, { jobKey: `keep-contact:${accountId}` });
}
