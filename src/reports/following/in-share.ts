import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** A process is taken up by callers whose event loop runs for this share of the time. */
const BUSY = 0.8;
const LONGEST_REST_MS = 1_000;

/**
 * Does a step of work in the background, and rests as long as it took where the process was busy meanwhile: so it takes
 * half of what there is at most, and callers have the rest.
 */
export async function inShare<T>(step: () => Promise<T>): Promise<T> {
  const before = performance.eventLoopUtilization();
  const beganMs = performance.now();
  const done = await step();
  const tookMs = performance.now() - beganMs;
  if (performance.eventLoopUtilization(before).utilization >= BUSY) await pause(Math.min(tookMs, LONGEST_REST_MS));
  return done;
}
