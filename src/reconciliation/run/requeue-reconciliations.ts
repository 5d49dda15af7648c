import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { idsWithoutJob } from '../../jobs/ids-without-job.js';
import { addReconcileJob, JOB_KEY_PREFIX } from './reconciliation-tasks.js';

/**
 * Gives every run that is not at its end, and has no job that could still go on with it, a new one. Answers how many.
 */
@Injectable()
export class RequeueReconciliations {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await idsWithoutJob(tx, {
        table: 'reconciliations',
        waiting: `status = 'running'`,
        keyPrefix: JOB_KEY_PREFIX,
      });
      for (const id of ids) await addReconcileJob(tx, id);
      return ids.length;
    });
  }
}
