import { fingerprintOf, keyDigest } from '../../src/idempotency/idempotency-key.js';
import { type Rooms, startRooms } from '../http/rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms();
});
afterAll(() => rooms.stop());

const put = (id: string, body: unknown, key: string) =>
  rooms.call('PUT', `/v1/accounts/${id}`, body, { 'idempotency-key': key });

it('answers a repeated write as it answered the first, and says so', async () => {
  const first = await put('ada', { name: 'Ada' }, 'k1');
  expect(first).toMatchObject({ status: 201 });
  expect(first.headers.has('idempotency-replayed')).toBe(false);
  await rooms.call('PUT', '/v1/accounts/ada', { name: 'Ada Lovelace' });

  const replay = await put('ada', { name: 'Ada' }, 'k1');
  expect(replay.status).toBe(201);
  expect(replay.headers.get('idempotency-replayed')).toBe('true');
  expect(replay.text).toBe(first.text);
  expect((await rooms.call('GET', '/v1/accounts/ada')).body.name).toBe('Ada Lovelace');
});

it('refuses the key for another body', async () => {
  await put('bob', { name: 'Bob' }, 'k2');
  const reply = await put('bob', { name: 'Bobby' }, 'k2');
  expect(reply).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
});

it('takes the same key for another account', async () => {
  expect((await put('cyd', {}, 'shared')).status).toBe(201);
  const other = await put('dan', {}, 'shared');
  expect(other.status).toBe(201);
  expect(other.body.id).toBe('dan');
});

it('leaves the key free after a refusal', async () => {
  expect((await put('eve', { email: 'no' }, 'k3')).status).toBe(400);
  const kind = { name: 'X', credits: 1, prices: [{ currency: 'usd', amountMinor: 1 }] };
  const headers = { 'idempotency-key': 'k4' };
  expect((await rooms.call('PUT', '/v1/products/basic', { ...kind, kind: 'plan' }, headers)).status).toBe(409);
  expect((await rooms.call('PUT', '/v1/products/basic', { ...kind, kind: 'pack' }, headers)).status).toBe(200);
  expect((await put('eve', { email: 'eve@example.com' }, 'k3')).status).toBe(201);
});

it('lets a concurrent same key wait for the first answer', async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, () => put('fay', { name: 'Fay' }, 'race')));
  expect(replies.map((reply) => reply.status)).toEqual(Array(12).fill(201));
  expect(replies.filter((reply) => reply.headers.has('idempotency-replayed'))).toHaveLength(11);
  expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
});

it('fingerprints what a request says, not how it is written', () => {
  const fingerprint = fingerprintOf('PUT /v1/accounts/ada', { name: 'Ada', metadata: { a: '1', b: '2' } });
  expect(
    fingerprintOf('PUT /v1/accounts/ada', { metadata: { b: '2', a: '1' }, name: 'Ada', email: undefined }),
  ).toEqual(fingerprint);
  expect(fingerprintOf('PUT /v1/accounts/bob', { name: 'Ada', metadata: { a: '1', b: '2' } })).not.toEqual(fingerprint);
  expect(fingerprint).toHaveLength(32);
});

it('scopes the digest of a key to its account', () => {
  expect(keyDigest('a', 'k')).toHaveLength(16);
  expect(keyDigest('a', 'k')).not.toEqual(keyDigest('b', 'k'));
  expect(keyDigest('a', 'bk')).not.toEqual(keyDigest('ab', 'k'));
});
