import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.js';
import { ProbeController } from './probe.controller.js';
import { type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms({ controllers: [ProbeController] });
});
afterAll(() => rooms.stop());

it('answers a problem with its facts and its headers, which cannot replace the standard members', async () => {
  const reply = await rooms.call('GET', '/v1/probe/problem');
  expect(reply.headers.get('retry-after')).toBe('7');
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  expect(reply.body).toEqual({
    type: '/problems/too-little',
    title: 'Too little',
    status: 402,
    detail: 'It is too little.',
    requestId: reply.headers.get('x-request-id'),
    availableCredits: 7,
  });
});

it('keeps an unforeseen error to itself', async () => {
  const reply = await rooms.call('GET', '/v1/probe/fault');
  expect(reply.status).toBe(500);
  expect(reply.body).toMatchObject({ type: '/problems/internal-error', requestId: reply.headers.get('x-request-id') });
  expect(reply.text).not.toContain('hunter2');
});

it.each([
  ['55P03', 503, 'busy'],
  ['40P01', 503, 'busy'],
  ['57P01', 503, 'database-unavailable'],
  ['08006', 503, 'database-unavailable'],
  ['53300', 503, 'database-unavailable'],
  ['53100', 503, 'database-unavailable'],
  ['57P05', 503, 'database-unavailable'],
  ['58030', 503, 'database-unavailable'],
  ['25006', 503, 'database-unavailable'],
  ['28P01', 503, 'database-unavailable'],
  ['57014', 503, 'busy'],
  ['23505', 500, 'internal-error'],
])('answers SQLSTATE %s with %i %s', async (code, status, name) => {
  const reply = await rooms.call('GET', `/v1/probe/sql-state?code=${code}`);
  expect(reply.body).toMatchObject({ type: `/problems/${name}`, status });
  expect(reply.headers.has('retry-after')).toBe(status === 503);
});

it('answers 503 when the connection was lost', async () => {
  expect((await rooms.call('GET', '/v1/probe/lost')).body.type).toBe('/problems/database-unavailable');
});

describe('request ids', () => {
  it('takes the one of the caller when it is safe', async () => {
    const reply = await rooms.call('GET', '/nope', undefined, { 'x-request-id': 'job-42.a_b' });
    expect(reply.headers.get('x-request-id')).toBe('job-42.a_b');
    expect(reply.body.requestId).toBe('job-42.a_b');
  });

  it.each(['', 'a b', '<script>', 'x'.repeat(65)])('makes a new one instead of %p', async (id) => {
    const reply = await rooms.call('GET', '/health/live', undefined, { 'x-request-id': id });
    expect(reply.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
  });
});

describe('what is not HTTP', () => {
  it.each([
    [
      'headers beyond 16 KiB',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['no request at all', 'NONSENSE\r\n\r\n', 400, 'malformed-request'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nIdempotency-Key: a\0b\r\n\r\n', 400, 'malformed-request'],
  ])('answers a problem to %s', async (_what, request, status, name) => {
    const answer = await sendRaw(rooms.url, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Content-Type: application/problem+json; charset=utf-8');
    expect(answer).toContain(`"type":"/problems/${name}"`);
  });

  it.each([
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
    ['an expectation', 'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n', 417, 'unmet-expectation'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['steps out of a folder', 'GET /docs/../../package.json HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['encoded steps', 'GET /docs/%2e%2e/package.json HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['encoded slashes', 'GET /docs/..%2f..%2fpackage.json HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['a NUL in a path', 'GET /docs/a%00b HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['a hidden file', 'GET /docs/.npmrc HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
    ['a folder', 'GET /docs/esm HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'route-not-found'],
  ])('a request with %s gets a problem as well', async (_what, request, status, name) => {
    const answer = await sendRaw(rooms.url, request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json; charset=utf-8');
    expect(answer).toMatch(/x-request-id: req_/i);
    expect(answer).toContain(`"type":"/problems/${name}"`);
  });

  it('an HTTP/1.0 request needs no host, and 100-continue is an expectation that is met', async () => {
    const old = await sendRaw(rooms.url, 'GET /health/live HTTP/1.0\r\n\r\n');
    expect(old).toMatch(/^HTTP\/1.1 200 /);
    const head = 'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';
    expect(await sendRaw(rooms.url, head)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  });

  it('keeps no connection of a client that does not hang up, so that nobody can use them up', async () => {
    const stayed = await Promise.all(Array.from({ length: 20 }, () => sayNonsenseAndStay(rooms.url)));
    const server: Server = rooms.app.getHttpServer();
    const open = promisify(server.getConnections.bind(server));
    await eventually(open, (count) => count < stayed.length, 5_000);
    for (const socket of stayed) socket.destroy();
  });
});

/** Says something that is no HTTP, hears the answer, and then neither speaks nor hangs up. */
async function sayNonsenseAndStay(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => undefined).resume();
  socket.write('NONSENSE\r\n\r\n');
  await once(socket, 'end');
  return socket;
}

function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('pages of problems', () => {
  it('explains every problem that a route can answer, to people and to programs', async () => {
    const page = await rooms.call('GET', '/problems/validation-failed', undefined, { accept: 'text/html,*/*' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('Invalid request');
    const json = await rooms.call('GET', '/problems/validation-failed', undefined, { accept: 'application/json' });
    expect(json.body).toMatchObject({ type: '/problems/validation-failed', status: 400, remedy: expect.any(String) });
    expect((await rooms.call('GET', '/problems')).text).toContain('/problems/insufficient-scope');
    expect((await rooms.call('GET', '/problems')).text).toContain('401 Unauthorized');
  });

  it('answers a page to a browser, and a problem to a program, where there is none', async () => {
    const page = await rooms.call('GET', '/problems/nope', undefined, { accept: 'text/html,*/*' });
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('No such problem');
    const problem = await rooms.call('GET', '/problems/nope');
    expect(problem).toMatchObject({ status: 404, body: { type: '/problems/route-not-found' } });
  });
});
