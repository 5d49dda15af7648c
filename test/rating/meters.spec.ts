import { useScrip } from '../support/service/scrip.js';

const scrip = useScrip();
const put = (key: string, body: unknown, options = {}) => scrip.call('PUT', `/v1/meters/${key}`, body, options);

it('begins with meters for pages and tokens, each with a rate card', async () => {
  const { body } = await scrip.call('GET', '/v1/meters');
  expect(body.data.map(({ key, name, unit }: Record<string, string>) => [key, name, unit])).toEqual([
    ['tokens', 'Tokens', 'token'],
    ['pages', 'Pages', 'page'],
  ]);
  expect((await scrip.call('GET', '/v1/meters/pages/rates/1')).body).toMatchObject({
    meter: 'pages',
    version: 1,
    rounding: 'up',
    prices: [{ match: {}, credits: 1, per: 1 }],
  });
  const tokens = (await scrip.call('GET', '/v1/meters/tokens/rates/1')).body;
  expect(tokens.rounding).toBe('carry');
  expect(tokens.prices).toContainEqual({ match: { kind: 'output', model: 'large' }, credits: 15, per: 1_000_000 });
});

it('adds a meter, replaces what it says, and shows it', async () => {
  const made = await put('seconds', { name: 'Seconds', unit: 'second' });
  expect(made).toMatchObject({
    status: 201,
    body: { key: 'seconds', name: 'Seconds', unit: 'second', whenShort: 'reject', maxDebtCredits: null },
  });
  const changed = await put('seconds', { name: 'Time', unit: 'second', whenShort: 'debt', maxDebtCredits: 50 });
  expect(changed).toMatchObject({ status: 200, body: { name: 'Time', whenShort: 'debt', maxDebtCredits: 50 } });
  expect((await scrip.call('GET', '/v1/meters/seconds')).body).toEqual(changed.body);
  const same = await put('seconds', { name: 'Time', unit: 'second', whenShort: 'debt', maxDebtCredits: 50 });
  expect(same.body.updatedAt).toBe(changed.body.updatedAt);
  const first = await scrip.call('GET', '/v1/meters?limit=1');
  expect(first.body.data[0].key).toBe('seconds');
  const second = await scrip.call('GET', `/v1/meters?limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body.data[0].key).toBe('tokens');
});

it('is written once for one key', async () => {
  const idempotencyKey = 'a-meter';
  const made = await put('keyed', { name: 'Keyed', unit: 'key' }, { idempotencyKey });
  const again = await put('keyed', { name: 'Keyed', unit: 'key' }, { idempotencyKey });
  expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, made.body, 'true']);
  expect(await put('keyed', { name: 'Other', unit: 'key' }, { idempotencyKey })).toMatchObject({
    status: 422,
    body: { type: '/problems/idempotency-key-reused' },
  });
});

it.each([
  ['/name', { unit: 'x' }],
  ['/name', { name: ' ', unit: 'x' }],
  ['/unit', { name: 'x' }],
  ['/unit', { name: 'x', unit: 'x'.repeat(51) }],
  ['/whenShort', { name: 'x', unit: 'x', whenShort: 'ask' }],
  ['/maxDebtCredits', { name: 'x', unit: 'x', whenShort: 'debt' }],
  ['/maxDebtCredits', { name: 'x', unit: 'x', maxDebtCredits: 5 }],
  ['/maxDebtCredits', { name: 'x', unit: 'x', whenShort: 'debt', maxDebtCredits: -1 }],
  ['/price', { name: 'x', unit: 'x', price: 5 }],
])('refuses a wrong %s', async (pointer, body) => {
  const refused = await put('wrong', body);
  expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
  expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer }));
});

it('knows no other meters, nor keys outside the grammar', async () => {
  expect(await scrip.call('GET', '/v1/meters/nope')).toMatchObject({
    status: 404,
    body: { type: '/problems/meter-not-found', meter: 'nope' },
  });
  for (const path of ['/v1/meters/Nope', '/v1/meters/a%20b', `/v1/meters/${'x'.repeat(65)}`])
    expect((await scrip.call('GET', path)).body.errors).toEqual([
      expect.objectContaining({ pointer: '/key', in: 'path' }),
    ]);
  expect((await put('Nope', { name: 'x', unit: 'x' })).status).toBe(400);
});

it('is changed by admin keys alone, and read by all', async () => {
  const key = (await scrip.call('POST', '/v1/api-keys', { name: 'reads', scopes: ['read'] })).body.key;
  const spends = (await scrip.call('POST', '/v1/api-keys', { name: 'spends', scopes: ['spend', 'sell'] })).body.key;
  expect((await scrip.call('GET', '/v1/meters/pages', undefined, { key })).status).toBe(200);
  expect((await scrip.call('GET', '/v1/meters/pages/rates', undefined, { key })).status).toBe(200);
  expect((await put('pages', { name: 'x', unit: 'x' }, { key: spends })).status).toBe(403);
  const prices = [{ match: {}, credits: 0 }];
  expect((await scrip.call('POST', '/v1/meters/pages/rates', { prices }, { key: spends })).status).toBe(403);
  const quote = { meter: 'pages', quantity: 1 };
  expect((await scrip.call('POST', '/v1/quotes', quote, { key })).status).toBe(403);
  expect((await scrip.call('POST', '/v1/quotes', quote, { key: spends })).status).toBe(200);
});
