import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Runner, run } from 'graphile-worker';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { noteFailure } from '../kernel/background.js';
import { describeError } from './describe-error.js';
import { JobRegistry } from './job-registry.js';
import { JobsInHand } from './jobs-in-hand.js';
import { JobsPool } from './jobs-pool.js';
import { WorkerLife } from './worker-life.js';
import { workerLogger } from './worker-log.js';

const CONCURRENT_JOBS = 4;
/** One connection listens for new jobs; the others take and finish them. Handlers use the service's own pool. */
const POOL_SIZE = CONCURRENT_JOBS + 1;
/** New jobs are announced; this is for those whose time comes later. */
const POLL_EVERY_MS = 1_000;
const RESTART_AFTER_MS = 1_000;
/** How long the worker may take to stop, once no job runs. */
const STOP_WITHIN_MS = 3_000;

/** Runs the registered jobs in processes whose role is `all` or `worker`, and waits for those that run when it stops. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(JobRunner.name);
  private readonly inHand = new JobsInHand();
  private pool: JobsPool | undefined;
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
    const pool = new JobsPool(this.runtime.databaseUrl, POOL_SIZE);
    this.pool = pool;
    this.life = new WorkerLife(this.runtime.databaseUrl, () => (pool.isNotingEnds ? undefined : this.inHand.ids));
    await this.life.begin();
    await this.start(pool, this.life);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    const stopped = this.runner?.stop().catch(() => undefined);
    // Without Postgres the worker would wait for its own schedule's next try, up to a minute.
    const longEnough = this.inHand.ended().then(() => pause(STOP_WITHIN_MS, undefined, { ref: false }));
    await Promise.race([stopped, longEnough]);
    await this.life?.end();
    await this.pool?.close();
  }

  private async start(pgPool: JobsPool, life: WorkerLife): Promise<void> {
    const runner = await run({
      pgPool,
      taskList: this.inHand.watch(this.registry.taskList()),
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
  private async restart(pgPool: JobsPool, life: WorkerLife): Promise<void> {
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
        const failures = noteFailure('the start of the worker');
        this.log.error(`the worker could not be started (failure ${failures}): ${describeError(error)}`);
      }
    }
  }
}
