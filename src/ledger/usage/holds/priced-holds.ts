import { LRUCache } from 'lru-cache';
import type { Month } from '../known-counters.js';
import type { UsedLine } from '../spend-requests.js';
import type { HoldNamed } from './hold-requests.js';

/** How many lines are remembered in all, each of some 300 bytes: those of thousands of jobs that run. */
const MAX_LINES = 20_000;

/** A line that a hold was estimated by, as far as captures need it. */
export interface HeldLine extends Pick<UsedLine, 'meter' | 'dimensions'> {
  readonly rateVersion: number;
}

/** What the captures of a hold are priced by. Nothing of it ever changes. */
export interface PricedHold {
  readonly createdAt: Date;
  /** That of the usage. */
  readonly month: Month;
  /** None of a hold of an amount. */
  readonly lines: readonly HeldLine[];
}

/**
 * What this process has lately seen of holds, so that their captures read nothing before they are queued. Whether such
 * a hold is still there to be captured is no part of it.
 */
export class PricedHolds {
  private readonly seen = new LRUCache<string, PricedHold>({
    maxSize: MAX_LINES,
    sizeCalculation: ({ lines }) => lines.length + 1,
  });

  find(named: HoldNamed): PricedHold | undefined {
    return this.seen.get(nameOf(named));
  }

  remember(named: HoldNamed, hold: PricedHold): void {
    this.seen.set(nameOf(named), hold);
  }

  forget(named: HoldNamed): void {
    this.seen.delete(nameOf(named));
  }
}

/** Neither of what is remembered has a blank. */
function nameOf({ accountId, holdId }: HoldNamed): string {
  return `${accountId} ${holdId}`;
}
