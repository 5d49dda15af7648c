import { utc } from '@date-fns/utc';
import { addMonths as addMonthsIn } from 'date-fns';

/**
 * The only source of the current time. Milliseconds are the finest step: it is what entries are hashed with.
 * With the sandbox it can be moved forward; it never goes back.
 */
export class Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** How far it stands ahead of the machine's, in milliseconds. */
  get aheadMs(): number {
    return this.offsetMs;
  }

  advance(byMs: number): void {
    if (byMs < 0) throw new RangeError('a clock is only moved forward');
    this.offsetMs += byMs;
  }
}

export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

export function addDays(instant: Date, days: number): Date {
  return addSeconds(instant, days * 86_400);
}

/** The same day and time some months later, in UTC. A day that a month does not have becomes its last one. */
export function addMonths(instant: Date, months: number): Date {
  return new Date(addMonthsIn(instant, months, { in: utc }).getTime());
}

let lastMs = Number.NaN;
let lastText = '';

/** An instant in UTC with milliseconds. Everything in a batch happens at one instant, so the last one is remembered. */
export function rfc3339(instant: Date): string {
  const ms = instant.getTime();
  if (ms !== lastMs) {
    lastText = instant.toISOString();
    lastMs = ms;
  }
  return lastText;
}
