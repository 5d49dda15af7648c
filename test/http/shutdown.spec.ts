import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { Public } from '../../src/http/server/public.js';
import { startRooms } from './rooms.js';

let enter: () => void;
let leave: () => void;
const entered = new Promise<void>((resolve) => {
  enter = resolve;
});
const left = new Promise<void>((resolve) => {
  leave = resolve;
});

@Public()
@Controller('slow')
class SlowController {
  @Get()
  async slow(): Promise<{ done: true }> {
    enter();
    await left;
    return { done: true };
  }
}

it('finishes what is in flight when it closes, and takes nothing new', async () => {
  const rooms = await startRooms({ controllers: [SlowController] });
  await rooms.call('GET', '/health/live');
  const inFlight = rooms.call('GET', '/slow');
  await entered;
  const stopped = rooms.stop();
  const late = await rooms.call('GET', '/health/live').catch(() => 'no connection');
  if (typeof late !== 'string') {
    expect(late).toMatchObject({ status: 503, body: { type: '/problems/shutting-down' } });
    expect(late.headers.get('connection')).toBe('close');
  }
  leave();
  expect(await inFlight).toMatchObject({ status: 200, body: { done: true } });
  await stopped;
});

it('is not ready without its database, and says so as a problem', async () => {
  const rooms = await startRooms();
  await rooms.database.dataSource.destroy();
  const ready = await rooms.call('GET', '/health/ready');
  expect(ready).toMatchObject({ status: 503, body: { type: '/problems/database-unavailable' } });
  expect(ready.headers.get('retry-after')).toBe('2');
  expect((await rooms.call('GET', '/health/live')).status).toBe(200);
  expect((await rooms.call('GET', '/v1/accounts')).body.type).toBe('/problems/database-unavailable');
  await rooms.stop();
});

const STOPS_WITHIN_MS = 10_000;
const HALF_A_REQUEST = 'PUT /v1/accounts/ada HTTP/1.1\r\nHost: scrip\r\nContent-Type: application/json\r\n';

it.each([
  ['says nothing, as browsers open some in advance', ''],
  ['has sent some headers', HALF_A_REQUEST],
  ['has sent some of a body', `${HALF_A_REQUEST}Content-Length: 100\r\n\r\n{`],
])('does not wait for a connection that %s', async (_what, said) => {
  const rooms = await startRooms();
  const { hostname, port } = new URL(rooms.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(said);
  // The server has it once it answers another.
  await rooms.call('GET', '/health/live');
  const seen = await Promise.race([rooms.stop().then(() => 'stopped'), pause(STOPS_WITHIN_MS, 'hangs')]);
  socket.destroy();
  expect(seen).toBe('stopped');
});
