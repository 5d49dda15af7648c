import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Runner, run } from 'graphile-worker';
import type pg from 'pg';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { JobRegistry } from './job-registry.js';
import { createJobsPool } from './jobs-pool.js';
import { WorkerLife } from './worker-life.js';
import { workerLogger } from './worker-log.js';

const CONCURRENT_JOBS = 4;
/** One connection listens for new jobs; the others take and finish them. Handlers use the service's own pool. */
const POOL_SIZE = CONCURRENT_JOBS + 1;
/** New jobs are announced; this is for those whose time comes later. */
const POLL_EVERY_MS = 1_000;
const RESTART_AFTER_MS = 1_000;

/** Runs the registered jobs in processes whose role is `all` or `worker`, and waits for those that run when it stops. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(JobRunner.name);
  private pool: pg.Pool | undefined;
  private life: WorkerLife | undefined;
  private runner: Runner | undefined;
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly registry: JobRegistry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    this.pool = createJobsPool(this.runtime.databaseUrl, POOL_SIZE);
    this.life = new WorkerLife(this.runtime.databaseUrl);
    await this.life.begin();
    await this.start(this.pool, this.life);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.runner?.stop().catch(() => undefined);
    await this.life?.end();
    await this.pool?.end();
  }

  private async start(pgPool: pg.Pool, life: WorkerLife): Promise<void> {
    const runner = await run({
      pgPool,
      taskList: this.registry.taskList(),
      parsedCronItems: this.registry.cronItems(),
      concurrency: CONCURRENT_JOBS,
      pollInterval: POLL_EVERY_MS,
      noHandleSignals: true,
      logger: workerLogger(),
      preset: {
        plugins: [
          {
            name: 'scrip-worker-life',
            version: '1.0.0',
            worker: { hooks: { startWorker: (_context, { worker }) => life.claim(worker.workerPool.id) } },
          },
        ],
      },
    });
    this.runner = runner;
    if (this.stopping) await runner.stop();
    else void runner.promise.catch(() => undefined).then(() => this.restart(pgPool, life));
  }

  /** The worker gives up when it loses the database in the wrong moment. Nothing else would start it again. */
  private async restart(pgPool: pg.Pool, life: WorkerLife): Promise<void> {
    while (!this.stopping) {
      this.log.warn('the worker has ended and is started again');
      await pause(RESTART_AFTER_MS);
      if (this.stopping) return;
      try {
        await life.disclaimAll();
        await life.freeJobsOfTheDead();
        await this.start(pgPool, life);
        return;
      } catch (error) {
        this.log.error(error);
      }
    }
  }
}
