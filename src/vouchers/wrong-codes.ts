import { addSeconds } from '../kernel/clock.js';

const MAX_WRONG_CODES = 10;
const WINDOW_SECONDS = 3_600;

/**
 * In how many whole seconds the next code of an account is looked at, by the instants of its wrong ones; undefined for
 * at once.
 */
export function secondsToWait(wrongAt: readonly Date[], now: Date): number | undefined {
  const [first, ...others] = countingAt(wrongAt, now);
  if (first === undefined || others.length + 1 < MAX_WRONG_CODES) return undefined;
  const seconds = Math.ceil((addSeconds(first, WINDOW_SECONDS).getTime() - now.getTime()) / 1_000);
  // A clock that was set back must not keep an account away for longer.
  return Math.min(seconds, WINDOW_SECONDS);
}

/** The instants that are to be kept when one more was wrong. */
export function withAnother(wrongAt: readonly Date[], now: Date): Date[] {
  return [...countingAt(wrongAt, now), now];
}

/** Those of the last hour, oldest first. */
function countingAt(wrongAt: readonly Date[], now: Date): Date[] {
  const after = addSeconds(now, -WINDOW_SECONDS);
  return wrongAt.filter((at) => at > after).sort((a, b) => a.getTime() - b.getTime());
}
