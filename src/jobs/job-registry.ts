import { Injectable } from '@nestjs/common';
import { type CronItem, type ParsedCronItem, parseCronItems } from 'graphile-worker';
import { invariant } from '../kernel/invariant.js';
import type { SlotKind } from './slots.js';
import type { Task } from './task.js';

/** Runs one job. It may run twice, also at once, so its effect must be idempotent. A throw means: try again later. */
export type JobHandler<Payload extends object> = (payload: Payload) => Promise<void>;

interface Registered {
  handler: JobHandler<never>;
  slots: SlotKind;
}

const MAKE_UP_FOR_MS = 24 * 60 * 60 * 1000;

/** What each kind of job does. Rooms register theirs while the application starts. */
@Injectable()
export class JobRegistry {
  private readonly tasks = new Map<string, Registered>();
  private readonly schedules: CronItem[] = [];

  /** `slots` says which other jobs it may keep waiting. */
  register<Payload extends object>(
    task: Task<Payload>,
    handler: JobHandler<Payload>,
    { slots = 'others' }: { slots?: SlotKind } = {},
  ): void {
    invariant(!this.tasks.has(task.name), `the task ${task.name} is registered once`);
    this.tasks.set(task.name, { handler, slots });
  }

  /**
   * Adds a job at each time of a schedule (crontab, in UTC), once however many processes run; a time that passed while
   * none did, up to a day ago, is made up for. The payload's `_cron.ts` says which time it is.
   */
  schedule(task: Task<object>, crontab: string): void {
    this.schedules.push({
      task: task.name,
      match: crontab,
      identifier: task.name,
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
      [...this.tasks]
        .filter(([, { slots }]) => slots === kind)
        .map(([name, { handler }]) => [name, (payload: unknown) => handler(payload as never)]),
    );
  }
}
