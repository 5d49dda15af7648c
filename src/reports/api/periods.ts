import { QUARTER_MS } from '../quarters.js';

export const PERIODS = ['hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** No period is longer, whatever happens to the clocks of its zone. */
const LONGEST_MS: Readonly<Record<Period, number>> = { hour: HOUR_MS, day: 26 * HOUR_MS, month: 32 * DAY_MS };

/**
 * Where the periods of a time zone begin within a span, in milliseconds: the first at `fromMs`, where the span may cut
 * it off. A day has 23 or 25 hours where clocks change, and an hour that comes twice is two periods. All are quarters
 * of an hour, as the offsets of all zones are. At most `max + 1` of them.
 */
export function beginningsOf(
  period: Period,
  timezone: string,
  { fromMs, toMs, max }: { fromMs: number; toMs: number; max: number },
): number[] {
  const name = namesOf(period, timezone);
  const beginnings: number[] = [];
  for (let at = fromMs; at < toMs && beginnings.length <= max; at = nextBeginning(at, name, LONGEST_MS[period]))
    beginnings.push(at);
  return beginnings;
}

/** When the period of a time zone began that an instant is in. */
export function beginningOf(period: Period, timezone: string, atMs: number): number {
  const name = namesOf(period, timezone);
  const own = name(atMs);
  let first = Math.floor(atMs / QUARTER_MS);
  let before = first - LONGEST_MS[period] / QUARTER_MS;
  while (first - before > 1) {
    const middle = Math.floor((first + before) / 2);
    if (name(middle * QUARTER_MS) === own) first = middle;
    else before = middle;
  }
  return first * QUARTER_MS;
}

/** The first quarter of an hour that has another name than the one at `fromMs`. */
function nextBeginning(fromMs: number, name: (ms: number) => string, longestMs: number): number {
  const own = name(fromMs);
  let [within, behind] = [fromMs / QUARTER_MS, (fromMs + longestMs) / QUARTER_MS];
  while (behind - within > 1) {
    const middle = Math.floor((within + behind) / 2);
    if (name(middle * QUARTER_MS) === own) within = middle;
    else behind = middle;
  }
  return behind * QUARTER_MS;
}

/** Names the period of an instant: two instants next to each other are in one period if it has one name. */
function namesOf(period: Period, timezone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    ...(period !== 'month' && { day: 'numeric' }),
    // An hour that comes twice has another offset the second time.
    ...(period === 'hour' && { hour: 'numeric', hourCycle: 'h23', timeZoneName: 'longOffset' }),
  });
  return (ms) => format.format(ms);
}
