import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Every, type Recurring } from './every.js';

interface Registered {
  recurring: Recurring;
  run: () => Promise<unknown>;
}

/**
 * What time alone makes due, of all rooms, which register it while the application starts. Done at intervals in
 * processes whose role is `all` or `worker`, each kind by a timer of its own, so that one that fails or takes long
 * keeps no other waiting. Two processes may do the same at once: it must be idempotent.
 */
@Injectable()
export class RecurringWork implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly registered: Registered[] = [];
  private timers: readonly Every[] = [];

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  register(recurring: Recurring, run: () => Promise<unknown>): void {
    this.registered.push({ recurring, run });
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.timers = this.registered.map(({ recurring, run }) => new Every(recurring, run));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.timers.map((timer) => timer.stop()));
  }

  /** Does all of it now, whoever's turn it is, for a clock that was moved on. What fails is logged. */
  async runAll(): Promise<void> {
    for (const { recurring, run } of this.registered) await run().catch((error: unknown) => recurring.log.error(error));
  }
}
