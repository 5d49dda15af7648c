import { ApiError } from '../api/errors.js';
import { type Exchange, sendJson } from '../http/exchange.js';
import type { HttpServer } from '../http/server.js';
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

/** What a test may ask of the sandbox besides Stripe's API. */
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

/** Leads calls of controls to them. */
export function serveControls(server: HttpServer, world: World): void {
  for (const [name, control] of Object.entries(controls)) {
    const [method = '', path = ''] = name.split(' ');
    server.on(method, path.replace(':id', ':id(^\\w+$)'), (exchange, id) => run(control, world, exchange, id));
  }
  server.on('any', '/_sandbox/*', async (exchange) => {
    const known = Object.keys(controls).join(', ');
    sendJson(exchange, 404, { error: `no control ${exchange.method} ${exchange.path}; there are ${known}` });
  });
}

async function run(control: Control, world: World, exchange: Exchange, id: string): Promise<void> {
  try {
    sendJson(exchange, 200, await control(world, Input.parse(exchange.body), id));
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof ApiError)) throw error;
    sendJson(exchange, 400, { error: error.message });
  }
}
