import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addHandOverEvidenceJob, JOB_KEY_PREFIX } from './evidence-tasks.js';

/** Gives all evidence that is still to be handed over, and has no job that could still run, a new one. Answers how much. */
@Injectable()
export class RequeueEvidence {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const waiting: { id: string }[] = await tx.query(
        `select id
         from dispute_evidence
         where status = 'requested'
           and not exists (
             select 1
             from graphile_worker.jobs
             where jobs.key = $1 || dispute_evidence.id
               and jobs.attempts < jobs.max_attempts
           )
         order by id`,
        [JOB_KEY_PREFIX],
      );
      for (const { id } of waiting) await addHandOverEvidenceJob(tx, id);
      return waiting.length;
    });
  }
}
