import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

/**
 * Stripe lets a buyer go back to the shop once the event of their checkout is answered, ten seconds later at the
 * latest. So that they see their credits there, the answer waits a moment for a worker of this process to have handled
 * it.
 */
const ANSWER_WITHIN_MS = 1_000;

@Injectable()
export class AwaitedEvents {
  private readonly expected = new Map<string, () => void>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Resolves once a worker here has tried the event, whatever came of it, or when the time is over. To be called before
   * the event's job can run. In a process without workers it resolves at once.
   */
  async expect(stripeEventId: string): Promise<void> {
    if (this.config.role !== 'all') return;
    const cancelled = new AbortController();
    const tried = new Promise<void>((resolve) => this.expected.set(stripeEventId, resolve));
    const late = pause(ANSWER_WITHIN_MS, undefined, { signal: cancelled.signal }).catch(() => undefined);
    await Promise.race([tried, late]);
    cancelled.abort();
    this.expected.delete(stripeEventId);
  }

  /** A worker of this process has tried the event. */
  tried(stripeEventId: string): void {
    this.expected.get(stripeEventId)?.();
  }
}
