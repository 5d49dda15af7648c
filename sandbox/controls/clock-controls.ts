import type { World } from '../world.js';
import type { Controls } from './control.js';

const secondsInTenYears = 10 * 365 * 24 * 60 * 60;

/** The time of the sandbox. */
export const clockControls: Controls = {
  'GET /_sandbox/clock': async (world) => clockState(world),
  'POST /_sandbox/clock': async (world, input) => {
    const seconds = input.integer('advanceSeconds', { least: 0, most: secondsInTenYears });
    input.done();
    await world.jobs.advance(seconds * 1000);
    return clockState(world);
  },
};

const clockState = ({ clock }: World): object => ({ now: new Date(clock.nowMs()).toISOString() });
