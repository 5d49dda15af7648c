import { addFault, conflictCodes, type Fault, faultMoments, listFaults } from '../api/faults.js';
import type { Controls } from './control.js';
import { BadInput, type Input } from './input.js';

/** What goes wrong with the calls of the API. */
export const faultControls: Controls = {
  'GET /_sandbox/faults': async (world) => ({ faults: await listFaults(world.database) }),
  'POST /_sandbox/faults': async (world, input) => {
    await addFault(world.database, readFault(input));
    return { faults: await listFaults(world.database) };
  },
};

function readFault(input: Input): Fault {
  const fault: Fault = {
    path: input.text('path'),
    method: input.oneOf('method', ['GET', 'POST', 'DELETE', '*'] as const, '*'),
    times: input.integer('times', { least: 1, most: 1_000_000, otherwise: 1 }),
    ...input.optional('status', () => input.integer('status', { least: 400, most: 599 })),
    ...input.optional('when', () => input.oneOf('when', faultMoments)),
    ...input.optional('code', () => input.oneOf('code', conflictCodes)),
    ...input.optional('truncateAnswer', () => input.truth('truncateAnswer')),
    ...input.optional('cutAfterEffect', () => input.truth('cutAfterEffect')),
    ...input.optional('delayMs', () => input.integer('delayMs', { least: 1, most: 120_000 })),
  };
  input.done();
  checkFault(fault);
  return fault;
}

function checkFault({ path, status, when, code, cutAfterEffect, truncateAnswer, delayMs }: Fault): void {
  if (!path.startsWith('/')) throw new BadInput('path must begin with a slash');
  if (status !== undefined && (cutAfterEffect || truncateAnswer)) {
    throw new BadInput('a status that is answered cannot go with cutAfterEffect or truncateAnswer');
  }
  if (status === undefined && when !== undefined) throw new BadInput('when says when a status strikes, and needs one');
  if (status !== 409 && code !== undefined) throw new BadInput('code says what a status of 409 means, and needs it');
  if (status === undefined && !cutAfterEffect && !truncateAnswer && delayMs === undefined) {
    throw new BadInput('one of status, cutAfterEffect, truncateAnswer and delayMs is needed');
  }
}
