import type { Controls } from './control.js';
import { addFault, type Fault, listFaults } from './faults.js';
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
    ...input.optional('cutAfterEffect', () => input.truth('cutAfterEffect')),
    ...input.optional('delayMs', () => input.integer('delayMs', { least: 1, most: 120_000 })),
  };
  input.done();
  if (!fault.path.startsWith('/')) throw new BadInput('path must begin with a slash');
  if (fault.status !== undefined && fault.cutAfterEffect) {
    throw new BadInput('status is answered before the effect, so that it cannot go with cutAfterEffect');
  }
  if (fault.status === undefined && !fault.cutAfterEffect && fault.delayMs === undefined) {
    throw new BadInput('one of status, cutAfterEffect and delayMs is needed');
  }
  return fault;
}
