import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { isAnyWaiting } from './events.queries.js';
import { lockFeed, numberNext, takeNoted } from './feed.store.js';

/** How long an event waits for its number at most, but for the time that numbering takes. */
const LOOK_EVERY_MS = 200;
/** Some 20 ms of Postgres. */
const EVENTS_PER_STEP = 1_000;

/**
 * Gives events that are committed their numbers: each one number, without gaps, and those of one account in the order
 * of their causes. In any number of processes, one of which numbers at a time; whatever dies has numbered all of a step
 * or nothing.
 */
@Injectable()
export class Relay implements OnModuleInit {
  private readonly log = new Logger(Relay.name);

  constructor(
    private readonly database: Database,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the numbering of events', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** Numbers all that wait, unless another process does. */
  async run(): Promise<void> {
    if (!(await isAnyWaiting(this.database))) return;
    while (await this.step());
  }

  /** Returns whether there may be more to number here. */
  private step(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if (!(await lockFeed(tx))) return false;
      const taken = await takeNoted(tx, EVENTS_PER_STEP);
      return Math.max(taken, await numberNext(tx, EVENTS_PER_STEP)) === EVENTS_PER_STEP;
    });
  }
}
