import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { addDays, Clock } from '../kernel/clock.js';
import { deleteOldest, lockFeed } from './feed.store.js';

const LOOK_EVERY_MS = 60_000;
const EVENTS_PER_STEP = 1_000;

/**
 * Deletes events that are older than they are to be kept, in small steps: what is kept is always the end of the feed,
 * without a gap. An event that has no number yet is never deleted.
 */
@Injectable()
export class DeleteOldEvents implements OnModuleInit {
  private readonly log = new Logger(DeleteOldEvents.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for events that are too old', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** Deletes all that are too old, unless another process holds the feed: then the rest waits for the next time. */
  async run(): Promise<void> {
    const before = addDays(this.clock.now(), -this.config.eventsKeepDays);
    while (await this.step(before));
  }

  /** Returns whether there may be more to delete. */
  private step(before: Date): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if ((await lockFeed(tx)) === undefined) return false;
      return (await deleteOldest(tx, before, EVENTS_PER_STEP)) === EVENTS_PER_STEP;
    });
  }
}
