import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

const LOOK_EVERY_MS = 10;

/** All jobs that wait, for a clock that was moved on: their times are the machine's, and not that clock's. */
@Injectable()
export class WaitingJobs {
  constructor(private readonly database: Database) {}

  /** Brings what waits as much nearer as the clock is moved on: delays are told in the time that people see. */
  async bringNearer(seconds: number): Promise<void> {
    await this.database.query(
      `select graphile_worker.reschedule_jobs(
         array[id],
         run_at => greatest(run_at - $1::integer * interval '1 second', now())
       )
       from graphile_worker.jobs
       where locked_at is null
         and run_at > now()
         and attempts < max_attempts`,
      [seconds],
    );
  }

  /** Waits until everything that is due has been tried, but not for longer. */
  async areDone(longestMs: number): Promise<void> {
    const until = Date.now() + longestMs;
    while ((await this.isAnyDue()) && Date.now() < until) await pause(LOOK_EVERY_MS);
  }

  async isAnyDue(): Promise<boolean> {
    const due = await this.database.query(
      `select
       from graphile_worker.jobs
       where run_at <= now()
         and attempts < max_attempts
       limit 1`,
    );
    return due.length > 0;
  }
}
