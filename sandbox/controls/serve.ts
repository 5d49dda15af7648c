import { type Exchange, sendJson } from '../http/exchange.js';
import { flush, flushOrders } from '../webhooks/flush.js';
import { readMode, setMode, webhookModes } from '../webhooks/mode.js';
import type { World } from '../world.js';
import { addFault, type Fault, listFaults } from './faults.js';
import { BadInput, Input } from './input.js';
import { repeatEvent } from './repeat-event.js';
import { reset } from './reset.js';

type Control = (world: World, input: Input) => Promise<object>;

/** What a test may ask of the sandbox beside Stripe's API. */
const controls: Record<string, Control> = {
  'GET /_sandbox/webhooks': webhookState,
  'POST /_sandbox/webhooks': async (world, input) => {
    const mode = input.oneOf('mode', webhookModes);
    input.done();
    await world.database.transaction((tx) => setMode(tx, mode));
    return webhookState(world);
  },
  'POST /_sandbox/webhooks/flush': async (world, input) => {
    const order = input.oneOf('order', flushOrders, 'created');
    const copies = input.integer('copies', { least: 1, most: 100, otherwise: 1 });
    input.done();
    return flush(world, { order, copies });
  },
  'GET /_sandbox/faults': async (world) => ({ faults: await listFaults(world.database) }),
  'POST /_sandbox/faults': async (world, input) => {
    await addFault(world.database, readFault(input));
    return { faults: await listFaults(world.database) };
  },
  'POST /_sandbox/events/repeat': async (world, input) => {
    const id = input.text('id');
    input.done();
    return repeatEvent(world, id);
  },
  'POST /_sandbox/reset': async (world, input) => {
    input.done();
    await reset(world);
    return { reset: true };
  },
};

async function webhookState(world: World): Promise<object> {
  const counts = await world.database.query<{ state: string; count: number }>(
    'select state, count(*)::int as count from sandbox.deliveries group by state',
  );
  const deliveries = Object.fromEntries(counts.map(({ state, count }) => [state, count]));
  return { mode: await readMode(world.database), deliveries };
}

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

export async function serveControls(world: World, exchange: Exchange): Promise<void> {
  const control = controls[`${exchange.method} ${exchange.path}`];
  if (control === undefined) {
    const known = Object.keys(controls).join(', ');
    return sendJson(exchange, 404, { error: `no control ${exchange.method} ${exchange.path}; there are ${known}` });
  }
  try {
    sendJson(exchange, 200, await control(world, Input.parse(exchange.body)));
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    sendJson(exchange, 400, { error: error.message });
  }
}
