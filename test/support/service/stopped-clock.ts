import type { Clock } from '../../../src/kernel/clock.js';

/** A clock that stands still until it is moved, so that a test can stand on a deadline to the millisecond. */
export interface StoppedClock {
  now(): Date;
  advance(seconds: number): void;
}

/** Stops the service's own clock. Timers go on, only what they read as the time stands still. */
export function stopClock(clock: Clock): StoppedClock {
  let nowMs = clock.now().getTime();
  clock.now = () => new Date(nowMs);
  return {
    now: () => clock.now(),
    advance: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
}
