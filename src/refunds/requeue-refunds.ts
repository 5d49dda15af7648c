import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { idsWithoutJob } from '../jobs/ids-without-job.js';
import { addAskForRefundJob, JOB_KEY_PREFIX } from './refund-tasks.js';

/**
 * Gives every refund that is still to be asked for, and has no job that could still run, a new one. Answers how many.
 */
@Injectable()
export class RequeueRefunds {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await idsWithoutJob(tx, {
        table: 'refunds',
        waiting: `status = 'requested'`,
        keyPrefix: JOB_KEY_PREFIX,
      });
      for (const id of ids) await addAskForRefundJob(tx, id);
      return ids.length;
    });
  }
}
