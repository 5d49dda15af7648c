import { ProbeController } from './probe.controller.js';
import { type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms({ controllers: [ProbeController] });
});
afterAll(() => rooms.stop());

const good = { accountId: 'ada', amount: 5 };

it.each(['charset=UTF-8', 'charset="utf-8"', 'charset=utf8', 'charset=us-ascii', 'profile=x;Charset = utf-8', 'x=y'])(
  'takes JSON with %s',
  async (parameter) => {
    const reply = await rooms.call('POST', '/v1/probe', good, { 'content-type': `application/json; ${parameter}` });
    expect(reply.status).toBe(201);
  },
);

it.each(['charset=utf-16', 'Charset="UTF-16LE"', 'charset=iso-8859-1', 'v=1; charset = latin1', 'charset='])(
  'refuses JSON that is said to be in another charset: %s',
  async (parameter) => {
    const reply = await rooms.call('POST', '/v1/probe', good, { 'content-type': `application/json; ${parameter}` });
    expect(reply).toMatchObject({ status: 415, body: { type: '/problems/unsupported-media-type' } });
    expect(reply.body.detail).toContain('UTF-8');
  },
);

it.each(['gzip', 'br', 'identity, gzip'])('refuses a body that is packed: %s', async (encoding) => {
  const reply = await rooms.call('POST', '/v1/probe', good, { 'content-encoding': encoding });
  expect(reply).toMatchObject({ status: 415, body: { type: '/problems/unsupported-media-type' } });
  expect(reply.body.detail).toContain('Content-Encoding');
});

it('takes a body that is said not to be packed', async () => {
  expect((await rooms.call('POST', '/v1/probe', good, { 'content-encoding': 'identity' })).status).toBe(201);
});
