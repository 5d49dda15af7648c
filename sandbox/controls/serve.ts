import { ApiError } from '../api/errors.js';
import { type Exchange, sendJson } from '../http/exchange.js';
import type { World } from '../world.js';
import { billingControls } from './billing-controls.js';
import { clockControls } from './clock-controls.js';
import type { Control, Controls } from './control.js';
import { deliveryControls } from './delivery-controls.js';
import { disputeControls } from './dispute-controls.js';
import { faultControls } from './fault-controls.js';
import { BadInput, Input } from './input.js';
import { paymentControls } from './payment-controls.js';
import { refundControls } from './refund-controls.js';
import { reset } from './reset.js';

/** What a test may ask of the sandbox beside Stripe's API. */
const controls: Controls = {
  ...billingControls,
  ...clockControls,
  ...deliveryControls,
  ...faultControls,
  ...disputeControls,
  ...paymentControls,
  ...refundControls,
  'POST /_sandbox/reset': async (world, input) => {
    input.done();
    await reset(world);
    return { reset: true };
  },
};

const patterns = Object.entries(controls).map(([name, control]) => ({
  pattern: new RegExp(`^${name.replace(':id', '(\\w+)')}$`),
  control,
}));

function findControl(called: string): { control: Control; id: string } | undefined {
  for (const { pattern, control } of patterns) {
    const found = pattern.exec(called);
    if (found !== null) return { control, id: found[1] ?? '' };
  }
  return undefined;
}

export async function serveControls(world: World, exchange: Exchange): Promise<void> {
  const found = findControl(`${exchange.method} ${exchange.path}`);
  if (found === undefined) {
    const known = Object.keys(controls).join(', ');
    return sendJson(exchange, 404, { error: `no control ${exchange.method} ${exchange.path}; there are ${known}` });
  }
  try {
    sendJson(exchange, 200, await found.control(world, Input.parse(exchange.body), found.id));
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof ApiError)) throw error;
    sendJson(exchange, 400, { error: error.message });
  }
}
