import { BootstrapKeyRevoked, EnsureBootstrapKey } from '../../src/auth/ensure-bootstrap-key.js';
import { KeyRing } from '../../src/auth/key-ring.js';
import type { Scope } from '../../src/auth/scopes.js';
import { ProbeController } from '../http/probe.controller.js';
import { type Reply, type Rooms, startRooms, TEST_KEY } from '../http/rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms({ controllers: [ProbeController] });
});
afterAll(() => rooms.stop());

const as = (key: string) => ({ authorization: `Bearer ${key}` });

async function makeKey(...scopes: Scope[]): Promise<{ id: string; key: string }> {
  const reply = await rooms.call('POST', '/v1/api-keys', { name: `for ${scopes}`, scopes });
  expect(reply.status).toBe(201);
  return reply.body;
}

function expectUnauthorized(reply: Reply, detail = 'unknown or was revoked'): void {
  expect(reply).toMatchObject({ status: 401, body: { type: '/problems/unauthorized' } });
  expect(reply.body.detail).toContain(detail);
  expect(reply.headers.get('www-authenticate')).toBe('Bearer');
}

describe('who may do what', () => {
  const attempts: Record<Scope, (key: string) => Promise<Reply>> = {
    read: (key) => rooms.call('GET', '/v1/accounts', undefined, as(key)),
    spend: (key) => rooms.call('POST', '/v1/probe', { accountId: 'ada', amount: 1 }, as(key)),
    sell: (key) => rooms.call('PUT', '/v1/accounts/ada', {}, as(key)),
    admin: (key) => rooms.call('GET', '/v1/api-keys', undefined, as(key)),
  };
  const all = Object.keys(attempts) as Scope[];

  it.each(all.flatMap((held) => all.map((needed) => [held, needed] as const)))(
    'a key with %s where %s is needed',
    async (held, needed) => {
      const { key } = await makeKey(held);
      const reply = await attempts[needed](key);
      if (held === needed || held === 'admin') {
        expect(reply.status).toBeLessThan(300);
      } else {
        expect(reply.status).toBe(403);
        expect(reply.body).toMatchObject({
          type: '/problems/insufficient-scope',
          requiredScope: needed,
          heldScopes: [held],
        });
      }
    },
  );

  it('closes a write whose scope was forgotten to all but admin', async () => {
    const { key } = await makeKey('read', 'spend', 'sell');
    expect((await rooms.call('POST', '/v1/probe/admin', undefined, as(key))).body.requiredScope).toBe('admin');
    expect((await rooms.call('POST', '/v1/probe/admin')).status).toBe(201);
  });
});

it.each([
  ['an empty header', ''],
  ['another scheme', `Basic ${TEST_KEY}`],
  ['the key alone', TEST_KEY],
  ['no key', 'Bearer '],
  ['two keys', `Bearer ${TEST_KEY} ${TEST_KEY}`],
])('refuses %s, and says what form is asked for', async (_what, authorization) => {
  const reply = await rooms.call('GET', '/v1/accounts', undefined, { authorization });
  expectUnauthorized(reply, 'does not have the form');
  expect(reply.text).not.toContain(TEST_KEY);
});

it.each([
  ['a key of another form', 'Bearer pk_0123456789'],
  ['an unknown key', 'Bearer sk_0123456789012345678901234567890'],
  ['the key in other letters', `Bearer ${TEST_KEY.toUpperCase()}`],
  ['a key with more behind it', `Bearer ${TEST_KEY}x`],
  ['a very long key', `Bearer sk_${'x'.repeat(5000)}`],
])('refuses %s', async (_what, authorization) => {
  expectUnauthorized(await rooms.call('GET', '/v1/accounts', undefined, { authorization }));
});

it('refuses a request without the header, before it looks at anything else', async () => {
  const response = await fetch(`${rooms.url}/v1/accounts/ada`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"x": 1}',
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ detail: 'The header Authorization is missing.' });
});

it('leaves health, pages and problems open', async () => {
  for (const path of ['/', '/health/live', '/health/ready', '/docs', '/openapi.json', '/problems'])
    expect((await fetch(`${rooms.url}${path}`)).status).toBe(200);
});

it('shows a key once and keeps only its hash', async () => {
  const { id, key } = await makeKey('read');
  expect(key).toMatch(/^sk_[A-Za-z0-9_-]{43}$/);
  const list = await rooms.call('GET', '/v1/api-keys?limit=100');
  expect(list.text).not.toContain(key);
  expect(list.body.data[0]).toEqual({
    id,
    name: 'for read',
    prefix: key.slice(0, 9),
    scopes: ['read'],
    createdAt: expect.any(String),
    revokedAt: null,
  });
  const rows = await rooms.database.query('select * from api_keys');
  expect(JSON.stringify(rows)).not.toContain(key);
});

it.each([
  [{ name: 'x', scopes: [] }],
  [{ name: 'x', scopes: ['read', 'read'] }],
  [{ name: 'x', scopes: ['root'] }],
  [{ name: 'x', scopes: 'read' }],
  [{ name: '', scopes: ['read'] }],
  [{ scopes: ['read'] }],
  [{ name: 'x', scopes: ['read'], key: 'sk_chosen_by_the_caller' }],
])('makes no key of %j', async (body) => {
  expect(await rooms.call('POST', '/v1/api-keys', body)).toMatchObject({
    status: 400,
    body: { type: '/problems/validation-failed' },
  });
});

describe('revoking', () => {
  it('ends a key at once here, and within two seconds elsewhere', async () => {
    const { id, key } = await makeKey('read');
    expect((await rooms.call('GET', '/v1/accounts', undefined, as(key))).status).toBe(200);
    const revoked = await rooms.call('POST', `/v1/api-keys/${id}/revoke`);
    expect(revoked).toMatchObject({ status: 200, body: { id, revokedAt: expect.any(String) } });
    expectUnauthorized(await rooms.call('GET', '/v1/accounts', undefined, as(key)));
    expect((await rooms.call('POST', `/v1/api-keys/${id}/revoke`)).body.revokedAt).toBe(revoked.body.revokedAt);

    const other = await makeKey('read');
    expect((await rooms.call('GET', '/v1/accounts', undefined, as(other.key))).status).toBe(200);
    await rooms.database.query(`update api_keys set revoked_at = now(), revocation = 'revoked' where id = $1`, [
      other.id,
    ]);
    const since = Date.now();
    while ((await rooms.call('GET', '/v1/accounts', undefined, as(other.key))).status === 200)
      expect(Date.now() - since).toBeLessThan(2_000);
  });

  it('knows no other key', async () => {
    expect((await rooms.call('POST', '/v1/api-keys/key_nope/revoke')).body).toMatchObject({
      type: '/problems/api-key-not-found',
      keyId: 'key_nope',
    });
  });
});

describe('the bootstrap key', () => {
  const ensure = (key: string) => rooms.app.get(EnsureBootstrapKey, { strict: false }).run(key);
  const works = async (key: string) => {
    rooms.app.get(KeyRing, { strict: false }).forget();
    return (await rooms.call('GET', '/v1/api-keys', undefined, as(key))).status === 200;
  };
  const valid = () =>
    rooms.database.query<{ id: string }>(`select id from api_keys where origin = 'bootstrap' and revoked_at is null`);

  it('is one row, however often and at once it is ensured', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensure('sk_bootstrap_first')));
    expect(await valid()).toHaveLength(1);
    expect(await works('sk_bootstrap_first')).toBe(true);
  });

  it('replaces the former one, which may come back', async () => {
    await ensure('sk_bootstrap_first');
    await ensure('sk_bootstrap_second');
    expect(await works('sk_bootstrap_first')).toBe(false);
    await ensure('sk_bootstrap_first');
    expect(await works('sk_bootstrap_first')).toBe(true);
    expect(await works('sk_bootstrap_second')).toBe(false);
    await ensure(TEST_KEY);
  });

  it('stays revoked when a person revoked it', async () => {
    await ensure('sk_bootstrap_leaked');
    const [row] = await valid();
    await rooms.call('POST', `/v1/api-keys/${row?.id}/revoke`, undefined, as('sk_bootstrap_leaked'));
    await expect(ensure('sk_bootstrap_leaked')).rejects.toThrow(BootstrapKeyRevoked);
    await ensure(TEST_KEY);
  });
});
