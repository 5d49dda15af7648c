import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Rooms, startRooms, TEST_KEY } from '../http/rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms();
});
afterAll(() => rooms.stop());

it('is made with its balance, changed field by field, and shown', async () => {
  const made = await rooms.call('PUT', '/v1/accounts/ada', {
    email: 'ada@example.com',
    name: 'Ada',
    metadata: { plan: 'trial' },
  });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: 'ada',
    email: 'ada@example.com',
    name: 'Ada',
    metadata: { plan: 'trial' },
    hasPaymentMethod: false,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updatedAt: made.body.createdAt,
  });
  expect(await rooms.database.query(`select balance from balances where account_id = 'ada'`)).toEqual([
    { balance: '0' },
  ]);

  rooms.clock.advance(1_000);
  const changed = await rooms.call('PUT', '/v1/accounts/ada', { name: null, metadata: { a: 'b' } });
  expect(changed).toMatchObject({
    status: 200,
    body: { email: 'ada@example.com', name: null, metadata: { a: 'b' }, createdAt: made.body.createdAt },
  });
  expect(changed.body.updatedAt > made.body.updatedAt).toBe(true);

  const cleared = await rooms.call('PUT', '/v1/accounts/ada', { email: null, metadata: null });
  expect(cleared.body).toMatchObject({ email: null, name: null, metadata: {} });
  expect((await rooms.call('GET', '/v1/accounts/ada')).body).toEqual(cleared.body);
});

it('is made by exactly one of many first writes', async () => {
  const replies = await Promise.all(
    Array.from({ length: 16 }, (_, index) => rooms.call('PUT', '/v1/accounts/raced', { name: `n${index}` })),
  );
  expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(15).fill(200), 201]);
});

it('is refused with fields that are wrong or unknown', async () => {
  for (const body of [
    { email: 'no' },
    { email: 5 },
    { name: '' },
    { name: 'x'.repeat(201) },
    { metadata: { a: 1 } },
    { id: 'x' },
    { balance: 5 },
  ])
    expect(await rooms.call('PUT', '/v1/accounts/bad', body)).toMatchObject({
      status: 400,
      body: { type: '/problems/validation-failed' },
    });
  expect((await rooms.call('GET', '/v1/accounts/bad')).body).toMatchObject({
    type: '/problems/account-not-found',
    status: 404,
    accountId: 'bad',
  });
});

it('is listed newest first, page by page, each once', async () => {
  for (let index = 0; index < 7; index += 1) await rooms.call('PUT', `/v1/accounts/list-${index}`, {});
  const first = await rooms.call('GET', '/v1/accounts?limit=5');
  expect(first.body.data.map((account: { id: string }) => account.id)).toEqual([
    'list-6',
    'list-5',
    'list-4',
    'list-3',
    'list-2',
  ]);

  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await rooms.call('GET', `/v1/accounts?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.body.data.length).toBeLessThanOrEqual(2);
    seen.push(...page.body.data.map((account: { id: string }) => account.id));
    cursor = page.body.nextCursor;
  }
  expect(seen).toHaveLength(new Set(seen).size);
  expect(seen).toHaveLength(9);
});

describe('an id of dots alone, which clients take for a step of the address', () => {
  it.each(['.', '..', '...'])('is refused for a new account: %s', async (id) => {
    expect(await callAsIs('PUT', `/v1/accounts/${id}`)).toMatchObject({
      status: 400,
      body: {
        type: '/problems/validation-failed',
        errors: [{ pointer: '/accountId', in: 'path', detail: expect.stringContaining('dots alone') }],
      },
    });
    expect((await callAsIs('GET', `/v1/accounts/${id}`)).status).toBe(404);
    expect(await rooms.database.query('select from balances where account_id = $1', [id])).toEqual([]);
  });

  it.each(['.a', 'a..', '..@', '.-.'])('is not what %s is', async (id) => {
    expect((await callAsIs('PUT', `/v1/accounts/${id}`)).status).toBe(201);
  });

  it('is still changed and shown where there is such an account', async () => {
    await rooms.database.query(
      `insert into accounts (id, metadata, created_at, updated_at) values ('....', '{}', now(), now())`,
    );
    expect((await callAsIs('PUT', '/v1/accounts/....')).status).toBe(200);
    expect(await callAsIs('GET', '/v1/accounts/....')).toMatchObject({ status: 200, body: { id: '....' } });
  });
});

/** Sends the address as it is, which `fetch` does not. */
async function callAsIs(method: string, path: string) {
  const { hostname, port } = new URL(rooms.url);
  const headers = { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' };
  const reply = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, resolve).on('error', reject);
    sent.end(method === 'PUT' ? '{}' : undefined);
  });
  return { status: reply.statusCode, body: JSON.parse(await text(reply)) };
}
