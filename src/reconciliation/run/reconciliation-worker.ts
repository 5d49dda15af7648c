import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { JobRegistry } from '../../jobs/job-registry.js';
import { CHECK_BOOKS_ON_SCHEDULE, RECONCILE_ON_SCHEDULE, reconciliationQueue } from './queue.js';
import { ReconciliationWork } from './reconciliation-work.js';

/** Goes on with runs in processes that do jobs, and begins those of the schedule. */
@Injectable()
export class ReconciliationWorker implements OnModuleInit, OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly work: ReconciliationWork,
  ) {}

  onModuleInit(): void {
    const { schedule, checkBooksSchedule } = this.config.reconciliation;
    this.registry.register(reconciliationQueue, (reconciliationId) => this.work.takeStep(reconciliationId));
    this.registry.schedule(RECONCILE_ON_SCHEDULE, schedule, (scheduledAt) => this.work.begin(scheduledAt));
    this.registry.schedule(CHECK_BOOKS_ON_SCHEDULE, checkBooksSchedule, (scheduledAt) =>
      this.work.checkBooks(scheduledAt, this.stopping.signal),
    );
  }

  /** A proof of large books takes long: it is cut off, and begins anew with its job. */
  onModuleDestroy(): void {
    this.stopping.abort(new Error('the service stops'));
  }
}
