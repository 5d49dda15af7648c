import { Injectable } from '@nestjs/common';
import { invariant } from '../kernel/invariant.js';
import type { Task } from './task.js';

/** Runs one job. It may run twice, also at once, so its effect must be idempotent. A throw means: try again later. */
export type JobHandler<Payload extends object> = (payload: Payload) => Promise<void>;

/** What each kind of job does. Rooms register theirs while the application starts. */
@Injectable()
export class JobRegistry {
  private readonly handlers = new Map<string, JobHandler<never>>();

  register<Payload extends object>(task: Task<Payload>, handler: JobHandler<Payload>): void {
    invariant(!this.handlers.has(task.name), `the task ${task.name} is registered once`);
    this.handlers.set(task.name, handler);
  }

  /** In the form that the worker takes. */
  taskList(): Record<string, (payload: unknown) => Promise<void>> {
    return Object.fromEntries(
      [...this.handlers].map(([name, handler]) => [name, (payload: unknown) => handler(payload as never)]),
    );
  }
}
