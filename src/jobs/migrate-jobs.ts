import { runMigrations } from 'graphile-worker';
import { withoutTimeLimit } from '../database/limited-client.js';
import { JobsPool } from './jobs-pool.js';
import { workerLogger } from './worker-log.js';

/**
 * Makes or updates the tables of the job queue, in the schema `graphile_worker`. To be run before anything adds a job.
 * Several processes may do it at once. Leaves no connection open.
 */
export async function migrateJobs(databaseUrl: string): Promise<void> {
  const pgPool = new JobsPool(databaseUrl, 1);
  try {
    await withoutTimeLimit(() => runMigrations({ pgPool, logger: workerLogger() }));
  } finally {
    await pgPool.close();
  }
}
