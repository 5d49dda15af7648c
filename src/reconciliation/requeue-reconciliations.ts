import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addReconcileJob, JOB_KEY_PREFIX } from './reconciliation-tasks.js';

/** Gives every run that is not at its end, and has no job that could still go on with it, a new one. Answers how many. */
@Injectable()
export class RequeueReconciliations {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const runs: { id: string }[] = await tx.query(
        `select id
         from reconciliations
         where status = 'running'
           and not exists (
             select 1
             from graphile_worker.jobs
             where jobs.key = $1 || reconciliations.id
               and jobs.attempts < jobs.max_attempts
           )
         order by id`,
        [JOB_KEY_PREFIX],
      );
      for (const { id } of runs) await addReconcileJob(tx, id);
      return runs.length;
    });
  }
}
