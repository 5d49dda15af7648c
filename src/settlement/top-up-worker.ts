import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { withinTime } from '../kernel/time-limit.js';
import { topUpQueue } from '../top-ups/queue.js';
import { TopUpsQueries } from '../top-ups/top-ups.queries.js';
import { SettleTopUp } from './settle-top-up.js';

const LOOK_EVERY_MS = 15_000;
const PAGE = 100;

/** Brings automatic top-ups on: those that something has happened to, and those that time alone has made due. */
@Injectable()
export class TopUpWorker implements OnModuleInit {
  private readonly log = new Logger(TopUpWorker.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly recurring: RecurringWork,
    private readonly topUps: TopUpsQueries,
    private readonly settleTopUp: SettleTopUp,
  ) {}

  onModuleInit(): void {
    this.registry.register(topUpQueue, (accountId) => this.bringOn(accountId));
    this.recurring.register({ work: 'what is due of top-ups', everyMs: LOOK_EVERY_MS, log: this.log }, () =>
      this.run(),
    );
  }

  /** One that cannot be brought on never keeps the others waiting: it is looked at again with the next run. */
  async run(): Promise<void> {
    for (const accountId of await this.topUps.toLookAt(PAGE))
      await this.bringOn(accountId).catch((error: unknown) => this.log.error(error));
  }

  private bringOn(accountId: string): Promise<void> {
    return withinTime(this.config.stripeWaitMs, () => this.settleTopUp.run(accountId));
  }
}
