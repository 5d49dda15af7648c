import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ExpireEntitlements } from '../entitlements/expire-entitlements.js';
import { Every } from '../kernel/every.js';
import { NoticeExpiring } from './notice-expiring.js';
import { SettleParkedPayments } from './settle-parked-payments.js';
import { TendDue } from './tend-due.js';

const SWEEP_EVERY_MS = 15_000;

/**
 * Does what only time has made due: grants the months of yearly plans, writes down grace and features that are over,
 * records what is about to expire, and credits payments that were made for nobody once their account is there. Runs in
 * every process that has workers; two of these at once do no harm.
 */
@Injectable()
export class SubscriptionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(SubscriptionSweep.name);
  private sweeping: Every | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly tendDue: TendDue,
    private readonly expireEntitlements: ExpireEntitlements,
    private readonly noticeExpiring: NoticeExpiring,
    private readonly settleParkedPayments: SettleParkedPayments,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.sweeping = new Every({ work: 'the sweep of subscriptions', everyMs: SWEEP_EVERY_MS, log: this.log }, () =>
      this.run(),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.sweeping?.stop();
  }

  /** What fails is tried again by the next sweep, and keeps nothing else from being done. */
  async run(): Promise<void> {
    for (const step of [this.tendDue, this.expireEntitlements, this.noticeExpiring, this.settleParkedPayments])
      await step.run().catch((error: unknown) => this.log.error(error));
  }
}
