import type { Work } from '../store/work.js';

/** Has a job run at a time of the sandbox's clock, or of the test clock that this is about. */
export async function scheduleJob(work: Work, kind: string, subjectId: string, atMs: number): Promise<void> {
  await work.tx.query('insert into sandbox.jobs (kind, subject_id, run_at, test_clock_id) values ($1, $2, $3, $4)', [
    kind,
    subjectId,
    new Date(atMs),
    work.testClock?.id ?? null,
  ]);
  work.wakes.add('jobs');
}
