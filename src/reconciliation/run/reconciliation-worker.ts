import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { JobRegistry } from '../../jobs/job-registry.js';
import { invariant } from '../../kernel/invariant.js';
import { CHECK_BOOKS_ON_SCHEDULE, RECONCILE, RECONCILE_ON_SCHEDULE, type Scheduled } from './reconciliation-tasks.js';
import { ReconciliationWork } from './reconciliation-work.js';
import { RequeueReconciliations } from './requeue-reconciliations.js';

/** Goes on with runs in processes that do jobs, and begins those of the schedule. */
@Injectable()
export class ReconciliationWorker implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(ReconciliationWorker.name);
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly work: ReconciliationWork,
    private readonly requeueReconciliations: RequeueReconciliations,
  ) {}

  onModuleInit(): void {
    const { schedule, checkBooksSchedule } = this.config.reconciliation;
    this.registry.register(RECONCILE, ({ reconciliationId }) => this.work.takeStep(reconciliationId));
    this.registry.register(RECONCILE_ON_SCHEDULE, (payload) => this.work.begin(timeOf(payload)));
    this.registry.register(CHECK_BOOKS_ON_SCHEDULE, (payload) =>
      this.work.checkBooks(timeOf(payload), this.stopping.signal),
    );
    if (schedule !== null) this.registry.schedule(RECONCILE_ON_SCHEDULE, schedule);
    if (checkBooksSchedule !== null) this.registry.schedule(CHECK_BOOKS_ON_SCHEDULE, checkBooksSchedule);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const requeued = await this.requeueReconciliations.run();
    if (requeued > 0) this.log.warn(`${requeued} reconciliations had lost their job and go on now`);
  }

  /** A proof of large books takes long: it is cut off, and begins anew with its job. */
  onModuleDestroy(): void {
    this.stopping.abort(new Error('the service stops'));
  }
}

function timeOf({ _cron }: Scheduled): Date {
  invariant(_cron !== undefined, 'a scheduled job knows its time');
  return new Date(_cron.ts);
}
