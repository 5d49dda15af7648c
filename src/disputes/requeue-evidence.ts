import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { idsWithoutJob } from '../jobs/ids-without-job.js';
import { addHandOverEvidenceJob, JOB_KEY_PREFIX } from './evidence-tasks.js';

/**
 * Gives all evidence that is still to be handed over, and has no job that could still run, a new one. Answers how much.
 */
@Injectable()
export class RequeueEvidence {
  constructor(private readonly database: Database) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await idsWithoutJob(tx, {
        table: 'dispute_evidence',
        waiting: `status = 'requested'`,
        keyPrefix: JOB_KEY_PREFIX,
      });
      for (const id of ids) await addHandOverEvidenceJob(tx, id);
      return ids.length;
    });
  }
}
