import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { lockFeed, moveFeed } from './feed.store.js';
import { merge } from './merge.js';
import {
  isAnyWaiting,
  moveLedgerEvents,
  nextDomainEvents,
  nextLedgerEvents,
  numberDomainEvents,
} from './waiting.store.js';

/** How long an event waits for its number at most, but for the time that numbering takes. */
const LOOK_EVERY_MS = 200;
/** Of each table. */
const EVENTS_PER_STEP = 1_000;

/**
 * Gives events that are committed their numbers: each one number, without gaps, and those of one account in the order
 * of their causes. Those of the ledger are moved to the others as they are numbered. In any number of processes, one of
 * which numbers at a time; whatever dies has numbered all of a step or nothing.
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
      const last = await lockFeed(tx);
      if (last === undefined) return false;
      // Read in this order, and behind the lock: see `nextLedgerEvents`.
      const recorded = await nextDomainEvents(tx, EVENTS_PER_STEP);
      const ofLedger = await nextLedgerEvents(tx, EVENTS_PER_STEP);
      const next = merge(partOf(ofLedger), partOf(recorded));
      const numbers = new Map(next.map(({ id }, index) => [id, last + index + 1]));
      const isNext = ({ id }: { id: string }) => numbers.has(id);
      await numberDomainEvents(tx, recorded.filter(isNext), numbers);
      await moveLedgerEvents(tx, ofLedger.filter(isNext), numbers);
      await moveFeed(tx, last + next.length);
      return [recorded, ofLedger].some((list) => list.length === EVENTS_PER_STEP);
    });
  }
}

function partOf<T>(list: readonly T[]): { list: readonly T[]; isCut: boolean } {
  return { list, isCut: list.length === EVENTS_PER_STEP };
}
