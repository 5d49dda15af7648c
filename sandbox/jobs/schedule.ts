import type { Work } from '../store/work.js';

/** Has a job run at a time of the sandbox's clock, or of the test clock that this is about. */
export async function scheduleJob(work: Work, kind: string, subjectId: string, atMs: number): Promise<void> {
  await insertJob(work, { kind, subjectId, atMs, testClockId: work.testClock?.id ?? null });
}

/** Has a job run a while from now, of the sandbox's clock whatever test clock this is about. */
export async function scheduleOutside(work: Work, kind: string, subjectId: string, inMs: number): Promise<void> {
  const nowMs = work.testClock === undefined ? work.clock.nowMs() : work.testClock.outside * 1000;
  await insertJob(work, { kind, subjectId, atMs: nowMs + inMs, testClockId: null });
}

async function insertJob(
  work: Work,
  { kind, subjectId, atMs, testClockId }: { kind: string; subjectId: string; atMs: number; testClockId: string | null },
): Promise<void> {
  await work.tx.query('insert into sandbox.jobs (kind, subject_id, run_at, test_clock_id) values ($1, $2, $3, $4)', [
    kind,
    subjectId,
    new Date(atMs),
    testClockId,
  ]);
  work.wakes.add('jobs');
}
