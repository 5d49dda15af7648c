import pg from 'pg';
import { RenewedClient } from '../database/renewed-client.js';

/** Connections of the job queue's own. One that breaks is replaced at the next use; it must not end the process. */
export function createJobsPool(databaseUrl: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    application_name: 'scrip-jobs',
    Client: RenewedClient,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
