import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withinTime } from '../../src/kernel/time-limit.js';
import { StripeUnavailable } from '../../src/stripe/client/stripe.problems.js';
import { StripeReturnsGateway } from '../../src/stripe/returns/returns.gateway.js';
import { eventually } from '../support/eventually.js';

const LIMIT_MS = 700;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A Stripe that does only this, whatever it is asked. */
async function aStripe(
  does: RequestListener,
): Promise<{ gateway: StripeReturnsGateway; connections(): Promise<number> }> {
  const listening = createServer(does);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const connection = { secretKey: 'sk_test_x', webhookSecrets: [], apiBase: `http://127.0.0.1:${port}` };
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      listening.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  return { gateway: new StripeReturnsGateway(connection), connections };
}

/** Never silent for long, and never done. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const next = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(next));
}

async function refusalOf(gateway: StripeReturnsGateway): Promise<{ error: unknown; tookMs: number }> {
  const began = performance.now();
  const error = await withinTime(LIMIT_MS, () => gateway.fetchCharge('ch_1').catch((thrown: unknown) => thrown));
  return { error, tookMs: performance.now() - began };
}

describe('a call of Stripe', () => {
  it.each<[how: string, does: RequestListener]>([
    ['never answers', () => undefined],
    ['answers a byte at a time, and never ends', (_request, response) => trickle(response)],
    ['resets every connection', (request) => request.socket.resetAndDestroy()],
    ['is out of order', (_request, response) => response.writeHead(503).end('<html>')],
  ])('ends within the time of the work that asks when Stripe %s', async (_how, does) => {
    const { gateway, connections } = await aStripe(does);
    const { error, tookMs } = await refusalOf(gateway);
    expect(error).toBeInstanceOf(StripeUnavailable);
    expect(tookMs).toBeLessThan(LIMIT_MS + 2_000);
    // Nothing goes on behind it: no connection is kept for an answer that nobody waits for.
    await eventually(connections, (count) => count === 0);
  });

  it('is not begun when the time of the work is over', async () => {
    let asked = 0;
    const { gateway } = await aStripe((_request, response) => {
      asked += 1;
      response.writeHead(200).end('{}');
    });
    const error = await withinTime(0, () => gateway.fetchCharge('ch_1').catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(StripeUnavailable);
    expect(asked).toBe(0);
  });
});
