import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type ParsedCronItem, type Runner, run, type TaskList } from 'graphile-worker';
import { noteFailure } from '../kernel/background.js';
import { describeError } from './describe-error.js';
import type { JobsPool } from './jobs-pool.js';
import { SLOTS, type SlotKind } from './slots.js';
import type { WorkerLife } from './worker-life.js';
import { workerLogger } from './worker-log.js';

/** New jobs are announced; this is for those whose time comes later. */
const POLL_EVERY_MS = 1_000;
/** Many slots ask often enough between them. */
const POLL_EVERY_MS_OF_MANY = 2_000;
const MANY_SLOTS = 4;
const RESTART_AFTER_MS = 1_000;

export interface JobWorkerOptions {
  slots: SlotKind;
  pgPool: JobsPool;
  life: WorkerLife;
  taskList: TaskList;
  cronItems: ParsedCronItem[];
}

/** Runs the jobs of one kind of slot, and begins again when graphile-worker has given up. */
export class JobWorker {
  private readonly log = new Logger(JobWorker.name);
  private runner: Runner | undefined;
  private workerId: string | undefined;
  private stopping = false;

  constructor(private readonly options: JobWorkerOptions) {}

  async start(): Promise<void> {
    const { slots, pgPool, life, taskList, cronItems } = this.options;
    const runner = await run({
      pgPool,
      taskList,
      parsedCronItems: cronItems,
      concurrency: SLOTS[slots],
      pollInterval: SLOTS[slots] > MANY_SLOTS ? POLL_EVERY_MS_OF_MANY : POLL_EVERY_MS,
      noHandleSignals: true,
      logger: workerLogger(),
      preset: {
        plugins: [
          {
            name: 'scrip-worker-life',
            version: '1.0.0',
            worker: {
              hooks: {
                startWorker: (_context, { worker }) => {
                  this.workerId = worker.workerPool.id;
                  return life.claim(this.workerId);
                },
              },
            },
          },
        ],
      },
    });
    this.runner = runner;
    if (this.stopping) await runner.stop();
    else void runner.promise.catch(() => undefined).then(() => this.restart());
  }

  /** Takes no further job, and waits for those that run. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.runner?.stop().catch(() => undefined);
  }

  /** The worker gives up when it loses the database in the wrong moment. Nothing else would start it again. */
  private async restart(): Promise<void> {
    const { slots, life } = this.options;
    while (!this.stopping) {
      this.log.warn(`the worker of ${slots} has ended and is started again`);
      await pause(RESTART_AFTER_MS);
      if (this.stopping) return;
      try {
        if (this.workerId !== undefined) await life.disclaim(this.workerId);
        await life.freeJobsOfTheDead();
        await this.start();
        return;
      } catch (error) {
        const failures = noteFailure('the start of the worker');
        this.log.error(`the worker of ${slots} could not be started (failure ${failures}): ${describeError(error)}`);
      }
    }
  }
}
