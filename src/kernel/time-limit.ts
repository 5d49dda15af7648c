import { AsyncLocalStorage } from 'node:async_hooks';

/** When the running work has to be done, on the machine's own clock, which nobody moves. */
const limits = new AsyncLocalStorage<number>();

/**
 * Runs `work` with a limit of time, for those who wait for others in it (`timeLeftMs`); the work itself is not cut off.
 * A limit within a longer one is the shorter, and within a shorter one changes nothing.
 */
export function withinTime<T>(limitMs: number, work: () => T): T {
  return limits.run(performance.now() + Math.min(limitMs, timeLeftMs()), work);
}

/** How much of its time the running work has left; 0 when it is over, and infinite when nobody has set a limit. */
export function timeLeftMs(): number {
  const endsAtMs = limits.getStore();
  return endsAtMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, endsAtMs - performance.now());
}
