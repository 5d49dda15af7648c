import type { Tx } from '../database/database.js';
import type { Task } from './task.js';

export interface JobOptions {
  /** Names the job: adding another with the same key replaces the one that waits, and runs beside the one that runs. */
  jobKey?: string;
  /** With a key: leaves a job that is there already alone, also one that runs, instead of replacing it. */
  onlyIfAbsent?: boolean;
  /** How long to wait before the first attempt; none when absent. */
  delayMs?: number;
  /** Attempts before the job is given up; the waits between them grow from seconds to hours. */
  maxAttempts?: number;
  /** Of the jobs that are due, those with the lowest run first; 0 when absent. */
  priority?: number;
}

const DEFAULT_MAX_ATTEMPTS = 25;

/** Adds a job in the transaction of its cause: it runs, within milliseconds, once that is committed, or never. */
export async function addJob<Payload extends object>(
  tx: Tx,
  task: Task<Payload>,
  payload: Payload,
  { jobKey, onlyIfAbsent = false, delayMs = 0, maxAttempts = DEFAULT_MAX_ATTEMPTS, priority = 0 }: JobOptions = {},
): Promise<void> {
  await tx.query(
    `select graphile_worker.add_job(
       identifier => $1::text,
       payload => $2::json,
       run_at => now() + $3::double precision * interval '1 millisecond',
       max_attempts => $4::int,
       job_key => $5::text,
       job_key_mode => $6::text,
       priority => $7::int
     )`,
    [
      task.name,
      JSON.stringify(payload),
      delayMs,
      maxAttempts,
      jobKey ?? null,
      onlyIfAbsent ? 'unsafe_dedupe' : 'replace',
      priority,
    ],
  );
}
