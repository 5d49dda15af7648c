import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Clock } from '../kernel/clock.js';
import { Every } from '../kernel/every.js';
import { StripeEventsQueries } from './stripe-events.queries.js';

const LOOK_EVERY_MS = 60_000;
/** How old an event may become before somebody should know of it. */
const LATE_AFTER_MS = 60_000;

/** Says in the log when events wait for long, in processes that handle them. */
@Injectable()
export class WatchInbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(WatchInbox.name);
  private looking: Every | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly events: StripeEventsQueries,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.looking = new Every({ work: 'the search for events that wait', everyMs: LOOK_EVERY_MS, log: this.log }, () =>
      this.run(),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.looking?.stop();
  }

  async run(): Promise<void> {
    const oldest = await this.events.oldestUnhandled();
    if (oldest === undefined) return;
    const waitsMs = this.clock.now().getTime() - oldest.receivedAt.getTime();
    if (waitsMs < LATE_AFTER_MS) return;
    const { id, type, attempts, lastError } = oldest;
    this.log.warn(
      `events of Stripe wait: the oldest, ${id} (${type}), for ${Math.floor(waitsMs / 1000)} s, ` +
        `after ${attempts} attempts; last error: ${lastError ?? 'none'}`,
    );
  }
}
