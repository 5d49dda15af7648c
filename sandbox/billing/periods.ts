/** How often something recurs. */
export interface Cycle {
  interval: string;
  interval_count: number;
}

export interface Period {
  start: number;
  end: number;
}

/** A period, or what of one is left where it begins later. */
export interface BilledPeriod extends Period {
  whole: Period;
}

const secondsADay = 24 * 60 * 60;

/** The cycle's `count`th anniversary of the anchor. A day that a month does not have becomes its last one. */
export function anniversary(anchor: number, { interval, interval_count }: Cycle, count: number): number {
  const steps = count * interval_count;
  switch (interval) {
    case 'day':
      return anchor + steps * secondsADay;
    case 'week':
      return anchor + steps * 7 * secondsADay;
    case 'month':
      return monthsAfter(anchor, steps);
    case 'year':
      return monthsAfter(anchor, steps * 12);
    default:
      throw new Error(`nothing recurs by ${interval}`);
  }
}

/** The period that begins at `start`: it ends with the first anniversary of the anchor after that. */
export function periodFrom(start: number, anchor: number, cycle: Cycle): Period {
  let count = 0;
  while (anniversary(anchor, cycle, count) <= start) count += 1;
  return { start, end: anniversary(anchor, cycle, count) };
}

/**
 * The periods from `start` on, cut by the anniversaries of the anchor, before it as well. The last one has `until` in
 * it.
 */
export function periodsUntil(until: number, start: number, anchor: number, cycle: Cycle): BilledPeriod[] {
  let count = 0;
  while (anniversary(anchor, cycle, count) > start) count -= 1;
  const periods: BilledPeriod[] = [];
  for (; anniversary(anchor, cycle, count) <= until; count += 1) {
    const whole = { start: anniversary(anchor, cycle, count), end: anniversary(anchor, cycle, count + 1) };
    periods.push({ start: Math.max(start, whole.start), end: whole.end, whole });
  }
  return periods;
}

function monthsAfter(seconds: number, months: number): number {
  const from = new Date(seconds * 1000);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const moved = new Date(from);
  moved.setUTCFullYear(year, month, Math.min(from.getUTCDate(), lastDay));
  return moved.getTime() / 1000;
}

/** What an amount for a whole is worth for the part of it from `at` on, in whole minor units. */
export function shareFrom(amountMinor: number, { start, end }: Period, at: number): number {
  if (at <= start) return amountMinor;
  return at >= end ? 0 : Math.round((amountMinor * (end - at)) / (end - start));
}
