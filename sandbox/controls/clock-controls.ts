import type { World } from '../world.js';
import type { Controls } from './control.js';

const secondsInTenYears = 10 * 365 * 24 * 60 * 60;

/** How long an advance waits for those who are told what has happened in it. */
const longestWaitMs = 30_000;

/** The time of the sandbox. */
export const clockControls: Controls = {
  'GET /_sandbox/clock': async (world) => clockState(world),
  'POST /_sandbox/clock': async (world, input) => {
    const seconds = input.integer('advanceSeconds', { least: 0, most: secondsInTenYears });
    input.done();
    await world.jobs.advance(seconds * 1000);
    return clockState(world);
  },
  'POST /_sandbox/clock/advance': async (world, input) => {
    const seconds = input.integer('seconds', { least: 0, most: secondsInTenYears });
    input.done();
    await world.jobs.advance(seconds * 1000);
    await world.deliveries.told(longestWaitMs);
    return clockState(world);
  },
};

/** With when the sandbox will do something by itself next, so that others can move their clocks along. */
async function clockState({ clock, jobs }: World): Promise<object> {
  const nextMs = await jobs.nextDueMs();
  return {
    now: new Date(clock.nowMs()).toISOString(),
    nextDueAt: nextMs === undefined ? null : new Date(nextMs).toISOString(),
  };
}
