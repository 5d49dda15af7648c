import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';
import { StripeEventsQueries } from './stripe-events.queries.js';

const LOOK_EVERY_MS = 60_000;
/** How old an event may become before somebody should know of it. */
const LATE_AFTER_MS = 60_000;

/** Says in the log when events wait for long, in processes that handle them. */
@Injectable()
export class WatchInbox implements OnModuleInit {
  private readonly log = new Logger(WatchInbox.name);

  constructor(
    private readonly clock: Clock,
    private readonly events: StripeEventsQueries,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for events that wait', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  async run(): Promise<void> {
    const oldest = await this.events.oldestUnhandled();
    if (oldest === null) return;
    const waitsMs = this.clock.now().getTime() - oldest.receivedAt.getTime();
    if (waitsMs < LATE_AFTER_MS) return;
    const { id, type, attempts, lastError } = oldest;
    this.log.warn(
      `events of Stripe wait: the oldest, ${id} (${type}), for ${Math.floor(waitsMs / 1000)} s, ` +
        `after ${attempts} attempts; last error: ${lastError ?? 'none'}`,
    );
  }
}
