import { Injectable } from '@nestjs/common';
import { type CronItem, type ParsedCronItem, parseCronItems } from 'graphile-worker';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import type { Queue } from './queue.js';
import type { SlotKind } from './slots.js';

/**
 * Runs the job of one row. It may run twice, also at once, so its effect must be idempotent. A throw means: try again
 * later.
 */
export type JobHandler = (id: string) => Promise<void>;

/** Gives rows that have lost their job a new one. */
export interface Requeue {
  /** How the log calls the rows. */
  plural: string;
  /** Returns how many there were. */
  run: (tx: Tx) => Promise<number>;
}

interface Registered {
  run: (payload: unknown) => Promise<void>;
  slots: SlotKind;
}

const MAKE_UP_FOR_MS = 24 * 60 * 60 * 1000;

/** What each kind of job does. Rooms register theirs while the application starts. */
@Injectable()
export class JobRegistry {
  private readonly tasks = new Map<string, Registered>();
  private readonly schedules: CronItem[] = [];
  private readonly requeued: Requeue[] = [];

  /** Says what to do for a job of a queue. Rows that have lost their job are given another when the service starts. */
  register(queue: Queue, handler: JobHandler): void {
    this.add(queue.name, { run: async (payload) => handler(queue.idOf(payload)), slots: queue.slots });
    if (queue.plural !== undefined) this.requeueAtStart({ plural: queue.plural, run: (tx) => queue.requeue(tx) });
  }

  /** For rows that do not all have their jobs in the same queue. */
  requeueAtStart(requeue: Requeue): void {
    this.requeued.push(requeue);
  }

  /**
   * Has `handler` run at each time of a schedule (crontab, in UTC), once however many processes run; a time that passed
   * while none did, up to a day ago, is made up for. The handler is told which time it is. Without a schedule it only
   * runs the jobs that an earlier one has left.
   */
  schedule(name: string, crontab: string | null, handler: (scheduledAt: Date) => Promise<void>): void {
    this.add(name, { run: async (payload) => handler(timeOf(payload)), slots: 'others' });
    if (crontab === null) return;
    this.schedules.push({
      task: name,
      match: crontab,
      identifier: name,
      options: { backfillPeriod: MAKE_UP_FOR_MS },
    });
  }

  /** In the form that the worker takes. */
  cronItems(): ParsedCronItem[] {
    return parseCronItems(this.schedules);
  }

  /** The tasks that run in slots of this kind, in the form that the worker takes. */
  taskList(kind: SlotKind): Record<string, (payload: unknown) => Promise<void>> {
    return Object.fromEntries(
      [...this.tasks].filter(([, { slots }]) => slots === kind).map(([name, { run }]) => [name, run]),
    );
  }

  requeues(): readonly Requeue[] {
    return this.requeued;
  }

  private add(name: string, registered: Registered): void {
    invariant(!this.tasks.has(name), `the task ${name} is registered once`);
    this.tasks.set(name, registered);
  }
}

/** What graphile-worker adds to the payload of a job of a schedule: which of its times it was. */
function timeOf(payload: unknown): Date {
  const time = (payload as { _cron?: { ts?: unknown } } | null)?._cron?.ts;
  invariant(typeof time === 'string', 'a scheduled job knows its time');
  return new Date(time);
}
