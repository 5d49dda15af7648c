import { addSeconds } from '../../kernel/clock.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How long after each attempt the next one is made, as Standard Webhooks advises: ten attempts within three days. */
const SECONDS_BETWEEN = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** An endpoint that asks for more patience than that is asked again all the same. */
const LONGEST_RETRY_AFTER_SECONDS = 24 * HOUR;

/** After how many seconds a delivery that has failed so often is tried again; undefined when it is not. */
export function secondsToNext(attempts: number, retryAfterSeconds: number | undefined): number | undefined {
  const planned = SECONDS_BETWEEN[attempts - 1];
  if (planned === undefined) return undefined;
  return Math.max(planned, Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
}

/** The header `Retry-After`: seconds, or the moment in the format of HTTP. Undefined for anything else. */
export function retryAfterSecondsOf(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - now.getTime()) / 1000));
}

export function nextAttemptAt(now: Date, seconds: number | undefined): Date | null {
  return seconds === undefined ? null : addSeconds(now, seconds);
}
