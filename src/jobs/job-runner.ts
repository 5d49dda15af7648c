import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { Database } from '../database/database.js';
import { JobRegistry } from './job-registry.js';
import { JobWorker } from './job-worker.js';
import { JobsInHand } from './jobs-in-hand.js';
import { JobsPool } from './jobs-pool.js';
import { SLOT_KINDS } from './slots.js';
import { WorkerLife } from './worker-life.js';

/**
 * One connection for each kind of slot listens for new jobs. These take and finish them; handlers use the service's
 * pool.
 */
const SHARED_CONNECTIONS = 4;
/** How long the workers may take to stop, once no job runs. */
const STOP_WITHIN_MS = 3_000;

/**
 * Runs the registered jobs in processes whose role is `all` or `worker`, and waits for those that run when it stops. At
 * its start it gives rows that have lost their job a new one.
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(JobRunner.name);
  private readonly inHand = new JobsInHand();
  private pool: JobsPool | undefined;
  private life: WorkerLife | undefined;
  private workers: readonly JobWorker[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly registry: JobRegistry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const pgPool = new JobsPool(this.runtime.databaseUrl, SLOT_KINDS.length + SHARED_CONNECTIONS);
    const life = new WorkerLife(this.runtime.databaseUrl, () => (pgPool.isNotingEnds ? undefined : this.inHand.ids));
    this.pool = pgPool;
    this.life = life;
    await life.begin();
    this.workers = SLOT_KINDS.map((slots) => {
      const taskList = this.inHand.watch(this.registry.taskList(slots));
      const cronItems = slots === 'others' ? this.registry.cronItems() : [];
      return new JobWorker({ slots, pgPool, life, taskList, cronItems });
    });
    await Promise.all(this.workers.map((worker) => worker.start()));
    await this.requeue();
  }

  async onModuleDestroy(): Promise<void> {
    const stopped = Promise.all(this.workers.map((worker) => worker.stop()));
    // Without Postgres a worker would wait for its own schedule's next try, up to a minute.
    const longEnough = this.inHand.ended().then(() => pause(STOP_WITHIN_MS, undefined, { ref: false }));
    await Promise.race([stopped, longEnough]);
    await this.life?.end();
    await this.pool?.close();
  }

  private async requeue(): Promise<void> {
    for (const { plural, run } of this.registry.requeues()) {
      const requeued = await this.database.transaction(run);
      if (requeued > 0) this.log.warn(`${requeued} ${plural} had lost their job and have a new one`);
    }
  }
}
