import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addHandleEventJob, JOB_KEY_PREFIX } from './handle-event-job.js';

/** Gives every event that waits, and has no job that could still run, a new one. Answers how many there were. */
@Injectable()
export class RequeueEvents {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const events: { id: string }[] = await tx.query(
        `select id
         from stripe_events
         where status in ('received', 'failed')
           and not exists (
             select 1
             from graphile_worker.jobs
             where jobs.key = $1 || stripe_events.id
               and jobs.attempts < jobs.max_attempts
           )
         order by ordinal`,
        [JOB_KEY_PREFIX],
      );
      for (const { id } of events) await addHandleEventJob(tx, id);
      return events.length;
    });
  }
}
