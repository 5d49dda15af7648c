import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { idsWithoutJob } from '../jobs/ids-without-job.js';
import { addHandleEventJob, JOB_KEY_PREFIX } from './handle-event-job.js';

/** Gives every event that waits, and has no job that could still run, a new one. Answers how many there were. */
@Injectable()
export class RequeueEvents {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await idsWithoutJob(tx, {
        table: 'stripe_events',
        waiting: `status in ('received', 'failed')`,
        orderBy: 'ordinal',
        keyPrefix: JOB_KEY_PREFIX,
      });
      const events: { id: string; type: string }[] = await tx.query(
        'select id, type from stripe_events where id = any($1::text[]) order by ordinal',
        [ids],
      );
      for (const { id: stripeEventId, type } of events) await addHandleEventJob(tx, { stripeEventId, type });
      return events.length;
    });
  }
}
