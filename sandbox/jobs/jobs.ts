import type { Job } from '../api/resource.js';
import { atTestClock } from '../billing/test-clocks/test-clock-time.js';
import { reasonOf } from '../log.js';
import { Alarm } from '../store/alarm.js';
import { type Ground, inWork } from '../store/ground.js';
import { nobody, type Work } from '../store/work.js';

const pauseAfterFailureMs = 5_000;

interface Due {
  id: string;
  kind: string;
  subject_id: string;
  test_clock_id: string | null;
  run_at: Date;
}

/** Works off what the sandbox has set itself to do later, each job in one transaction with its own removal. */
export class Jobs {
  private readonly alarm = new Alarm(() => this.workOff());
  private advancing: Promise<void> = Promise.resolve();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ground: Ground,
    private readonly handlers: Map<string, Job>,
  ) {
    ground.bell.on('jobs', () => this.wake());
  }

  wake(): void {
    this.alarm.wake();
  }

  stop(): Promise<void> {
    return this.alarm.stop();
  }

  /** Moves the clock on, and does every job on the way at its own time. Returns when all that is due has been done. */
  advance(byMs: number): Promise<void> {
    const reached = this.advancing.then(() => this.moveTo(this.ground.clock.nowMs() + byMs));
    this.advancing = reached.catch(() => undefined);
    return reached;
  }

  private async moveTo(targetMs: number): Promise<void> {
    const { clock, database } = this.ground;
    for (let next = await this.nextDueMs(); next !== undefined && next <= targetMs; next = await this.nextDueMs()) {
      await clock.moveTo(database, next);
      while (await this.runOne());
    }
    await clock.moveTo(database, targetMs);
    this.wake();
  }

  private async workOff(): Promise<number | undefined> {
    const { clock, log } = this.ground;
    try {
      while (await this.runOne());
      const next = await this.nextDueMs();
      return next === undefined ? undefined : next - clock.nowMs();
    } catch (error) {
      log({ level: 'error', message: `a job failed and will be tried again: ${reasonOf(error)}` });
      return pauseAfterFailureMs;
    }
  }

  /** Does the job that has been due for longest, and returns whether there was one. One is done after the other. */
  private runOne(): Promise<boolean> {
    const done = this.running.then(() => this.runNext());
    this.running = done.catch(() => undefined);
    return done;
  }

  private runNext(): Promise<boolean> {
    return inWork(this.ground, nobody, async (work) => {
      const [due] = await work.tx.query<Due>(
        `delete from sandbox.jobs
         where id = (
           select job.id
           from sandbox.jobs job
           where (job.test_clock_id is null and job.run_at <= $1)
              or job.run_at <= (
                select to_timestamp((clock.hidden ->> 'doneUntil')::bigint)
                from sandbox.objects clock
                where clock.id = job.test_clock_id and not clock.deleted
              )
           order by job.run_at, job.id
           limit 1
           for update skip locked
         )
         returning id, kind, subject_id, test_clock_id, run_at`,
        [new Date(work.clock.nowMs())],
      );
      if (due === undefined) return false;
      const handler = this.handlers.get(due.kind);
      if (handler === undefined) throw new Error(`nobody knows how to do the job ${due.kind}`);
      await handler(workOf(work, due), due.subject_id);
      return true;
    });
  }

  /** When the next job is due, which may be past. */
  async nextDueMs(): Promise<number | undefined> {
    const [row] = await this.ground.database.query<{ next: Date | null }>(
      'select min(run_at) as next from sandbox.jobs where test_clock_id is null',
    );
    return row?.next?.getTime();
  }
}

/** A test clock's job is done at the time for which it was noted. */
const workOf = (work: Work, { test_clock_id, run_at }: Due): Work =>
  test_clock_id === null ? work : atTestClock(work, test_clock_id, run_at.getTime() / 1000);
