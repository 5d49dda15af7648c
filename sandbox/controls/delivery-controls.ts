import { inWork } from '../store/ground.js';
import { nobody } from '../store/work.js';
import { flush, flushOrders } from '../webhooks/flush.js';
import { readMode, setMode, webhookModes } from '../webhooks/mode.js';
import { rotateOwnSecret } from '../webhooks/rotate-secret.js';
import type { World } from '../world.js';
import type { Controls } from './control.js';
import { repeatEvent } from './repeat-event.js';

/** As long as Stripe lets a former secret live. */
const secondsADay = 24 * 60 * 60;

/** What becomes of events on their way to those who listen. */
export const deliveryControls: Controls = {
  'GET /_sandbox/webhooks': webhookState,
  'POST /_sandbox/webhooks': async (world, input) => {
    const mode = input.oneOf('mode', webhookModes);
    const delayMs = input.integer('delayMs', { least: 0, most: 600_000, otherwise: 0 });
    input.done();
    await world.database.transaction((tx) => setMode(tx, mode, delayMs));
    return webhookState(world);
  },
  'POST /_sandbox/webhooks/flush': async (world, input) => {
    const order = input.oneOf('order', flushOrders, 'created');
    const copies = input.integer('copies', { least: 1, most: 100, otherwise: 1 });
    const chosen = {
      ...input.optional('events', () => input.texts('events')),
      ...input.optional('types', () => input.texts('types')),
    };
    input.done();
    return flush(world, { order, copies, ...chosen });
  },
  'POST /_sandbox/webhooks/rotate-secret': async (world, input) => {
    const expiresInSeconds = input.integer('expiresInSeconds', { least: 0, most: secondsADay, otherwise: 0 });
    input.done();
    return inWork(world, nobody, async (work) => ({ secret: await rotateOwnSecret(work, expiresInSeconds) }));
  },
  'POST /_sandbox/events/repeat': async (world, input) => {
    const id = input.text('id');
    input.done();
    return repeatEvent(world, id);
  },
};

async function webhookState(world: World): Promise<object> {
  const counts = await world.database.query<{ state: string; count: number }>(
    'select state, count(*)::int as count from sandbox.deliveries group by state',
  );
  const deliveries = Object.fromEntries(counts.map(({ state, count }) => [state, count]));
  return { mode: await readMode(world.database), deliveries };
}
