import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Every } from '../jobs/every.js';
import { CommonMarks } from '../ledger/marks/common-marks.js';
import { alertsOf } from './alerts.store.js';

/** So much later, at most, every process knows of a change. */
const LOOK_EVERY_MS = 2_000;

/** Tells the ledger of this process the alerts for all accounts, in every role: whoever decides compares them. */
@Injectable()
export class CommonAlerts implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(CommonAlerts.name);
  private timer: Every | undefined;

  constructor(
    private readonly database: Database,
    private readonly marks: CommonMarks,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    const recurring = { work: 'the look for alerts for all accounts', everyMs: LOOK_EVERY_MS, log: this.log };
    this.timer = new Every(recurring, () => this.look());
  }

  async onModuleDestroy(): Promise<void> {
    await this.timer?.stop();
  }

  /** To be called where they have just been changed as well, behind the commit. */
  async look(): Promise<void> {
    const alerts = await alertsOf(this.database.dataSource.manager, null);
    this.marks.list = alerts.flatMap(({ id, key, belowCredits: below }) =>
      below === null ? [] : [{ id, key, below }],
    );
  }
}
