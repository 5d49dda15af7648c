import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { addDays, Clock } from '../../kernel/clock.js';
import { deleteEnded, deleteMessages } from './deliveries.store.js';

const LOOK_EVERY_MS = 60_000;
const ROWS_PER_STEP = 1_000;

/** Deletes what became of deliveries when it is as old as events that are no longer kept, in small steps. */
@Injectable()
export class DeleteOldDeliveries implements OnModuleInit {
  private readonly log = new Logger(DeleteOldDeliveries.name);

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'eventsKeepDays'>,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for deliveries that are too old', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  async run(): Promise<void> {
    const before = addDays(this.clock.now(), -this.config.eventsKeepDays);
    for (const step of [deleteEnded, deleteMessages]) {
      let deleted = ROWS_PER_STEP;
      while (deleted === ROWS_PER_STEP)
        deleted = await this.database.transaction((tx) => step(tx, before, ROWS_PER_STEP));
    }
  }
}
