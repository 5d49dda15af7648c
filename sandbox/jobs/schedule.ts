import type { Work } from '../store/work.js';

/** Has a job run at a time of the sandbox's clock. */
export async function scheduleJob(work: Work, kind: string, subjectId: string, atMs: number): Promise<void> {
  await work.tx.query('insert into sandbox.jobs (kind, subject_id, run_at) values ($1, $2, $3)', [
    kind,
    subjectId,
    new Date(atMs),
  ]);
  work.wakes.add('jobs');
}
