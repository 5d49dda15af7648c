import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addAskForRefundJob, JOB_KEY_PREFIX } from './refund-tasks.js';

/** Gives every refund that is still to be asked for, and has no job that could still run, a new one. Answers how many. */
@Injectable()
export class RequeueRefunds {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const refunds: { id: string }[] = await tx.query(
        `select id
         from refunds
         where status = 'requested'
           and not exists (
             select 1
             from graphile_worker.jobs
             where jobs.key = $1 || refunds.id
               and jobs.attempts < jobs.max_attempts
           )
         order by id`,
        [JOB_KEY_PREFIX],
      );
      for (const { id } of refunds) await addAskForRefundJob(tx, id);
      return refunds.length;
    });
  }
}
