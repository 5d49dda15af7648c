import { ProbeController } from './probe.controller.js';
import { type Reply, type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms({ controllers: [ProbeController] });
});
afterAll(() => rooms.stop());

const good = { accountId: 'ada', amount: 5 };

function expectProblem(reply: Reply, status: number, name: string): void {
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(reply.body).toMatchObject({
    type: `/problems/${name}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    requestId: reply.headers.get('x-request-id'),
  });
}

async function pointersOf(body: unknown): Promise<string[]> {
  const reply = await rooms.call('POST', '/v1/probe', body);
  expectProblem(reply, 400, 'validation-failed');
  return reply.body.errors.map((error: { pointer: string }) => error.pointer);
}

it('takes a good body as it is', async () => {
  const body = {
    ...good,
    metadata: { note: 'Grüße 👋' },
    at: '2026-01-31T12:00:00.123+02:00',
    items: [{ amountMinor: 1 }],
  };
  expect(await rooms.call('POST', '/v1/probe', body)).toMatchObject({ status: 201, body });
});

describe('amounts', () => {
  it.each([
    ['zero', '0'],
    ['negative', '-1'],
    ['fractional', '1.5'],
    ['huge', '1e400'],
    ['beyond what JSON integers carry', '9007199254740993'],
    ['beyond the maximum of a request', '900000000001'],
    ['text', '"5"'],
    ['null', 'null'],
    ['a list', '[5]'],
    ['an object', '{"valueOf": 5}'],
    ['true', 'true'],
  ])('refuses %s', async (_what, amount) => {
    const pointers = await pointersOf(`{"accountId": "ada", "amount": ${amount}}`);
    expect(pointers.every((pointer) => pointer.startsWith('/amount'))).toBe(true);
  });

  it('says what is allowed', async () => {
    const { body } = await rooms.call('POST', '/v1/probe', { ...good, amount: 0 });
    expect(body.errors).toEqual([{ pointer: '/amount', detail: 'must be a whole number from 1 to 900000000000' }]);
    expect(body.detail).toBe('/amount must be a whole number from 1 to 900000000000.');
  });

  it('says what is missing, and that a text is no number', async () => {
    const missing = await rooms.call('POST', '/v1/probe', { accountId: 'ada' });
    expect(missing.body.errors).toEqual([{ pointer: '/amount', detail: 'is required' }]);
    const text = await rooms.call('POST', '/v1/probe', { ...good, amount: '5' });
    expect(text.body.detail).toBe('/amount must be a number, not text: a whole number from 1 to 900000000000.');
    const query = await rooms.call('GET', '/v1/probe/page?limit=x');
    expect(query.body.detail).toBe('/limit must be a whole number from 1 to 100.');
  });

  it('takes the largest amount, and either sign where a sign is meant', async () => {
    const body = { ...good, amount: 900_000_000_000, change: -900_000_000_000 };
    expect((await rooms.call('POST', '/v1/probe', body)).status).toBe(201);
    expect(await pointersOf({ ...good, change: 0 })).toEqual(['/change']);
    expect(await pointersOf({ ...good, change: null })).toEqual(['/change']);
  });
});

describe('fields', () => {
  it('names each unknown, missing and nested field by its pointer', async () => {
    expect(
      await pointersOf({ amount: 5, items: [{ amountMinor: 1 }, { amountMinor: 0, 'a/b~': 1 }], more: 1 }),
    ).toEqual(expect.arrayContaining(['/accountId', '/items/1/amountMinor', '/items/1/a~1b~0', '/more']));
    expect(await pointersOf({ ...good, items: ['x', null] })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/items/)]),
    );
    expect(await pointersOf({ ...good, items: {} })).toContain('/items');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'refuses a field named %s, wherever it is',
    async (name) => {
      expect(await pointersOf(`{"accountId": "ada", "amount": 5, "${name}": {"x": 1}}`)).toEqual([`/${name}`]);
      expect(await pointersOf(`{"accountId": "ada", "amount": 5, "metadata": {"${name}": "x"}}`)).toEqual([
        `/metadata/${name}`,
      ]);
    },
  );

  it.each([
    ['a NUL character', 'a\\u0000b'],
    ['half of a surrogate pair', 'a\\ud800b'],
  ])('refuses %s in values and in names', async (_what, text) => {
    expect(await pointersOf(`{"accountId": "ada", "amount": 5, "metadata": {"note": "${text}"}}`)).toEqual([
      '/metadata/note',
    ]);
    expect(await pointersOf(`{"accountId": "ada", "amount": 5, "metadata": {"${text}": "x"}}`)).toHaveLength(1);
  });

  it.each(['', 'a b', 'ü', 'a/b', 'x'.repeat(129), 7, null, ['ada']])(
    'refuses the account id %p',
    async (accountId) => {
      expect(await pointersOf({ ...good, accountId })).toContain('/accountId');
    },
  );

  it.each([
    [{ a: 1 }],
    [{ a: { b: 'c' } }],
    [['a']],
    ['a'],
    [{ '': 'a' }],
    [{ ['k'.repeat(41)]: 'a' }],
    [{ a: 'v'.repeat(501) }],
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']))],
  ])('refuses the metadata %j', async (metadata) => {
    expect(await pointersOf({ ...good, metadata })).toContain('/metadata');
  });

  it.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-13-01T00:00:00Z',
    1_769_860_800,
    'now',
  ])('refuses the instant %p', async (at) => {
    expect(await pointersOf({ ...good, at })).toEqual(['/at']);
  });

  it.each(['0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59-01:00'])(
    'says of which years an instant may be: %s',
    async (at) => {
      const { body } = await rooms.call('POST', '/v1/probe', { ...good, at });
      expect(body.errors).toEqual([{ pointer: '/at', detail: expect.stringContaining('of the years 1970 to 9999') }]);
    },
  );

  it.each(['2026-01-31t12:00:00z', '1970-01-01T00:00:00+14:00', '9999-12-31T23:59:59Z'])(
    'takes the instant %s',
    async (at) => {
      expect(await rooms.call('POST', '/v1/probe', { ...good, at })).toMatchObject({ status: 201, body: { at } });
    },
  );
});

describe('bodies', () => {
  it.each(['{', '{"a": 1,}', "{'a': 1}", 'amount=5', '\ufeff{}', 'NaN', '{"a": 1} x'])(
    'refuses %p as malformed JSON',
    async (body) => {
      expectProblem(await rooms.call('POST', '/v1/probe', body), 400, 'malformed-json');
    },
  );

  it.each([
    ['{"a": "hunter2",\n }', 'The body is not JSON at line 2, column 2 (position 18).'],
    ['"hunter2 at position 1 (line 1 column 2)', 'The body is not JSON at line 1, column 41 (position 40).'],
    ['{"a": hunter2}', 'The body could not be read as JSON.'],
    ['[', 'The body ends before its JSON does.'],
  ])('says where %j is malformed when that is known, and never shows it', async (body, detail) => {
    const reply = await rooms.call('POST', '/v1/probe', body);
    expect(reply.body.detail).toContain(detail);
    expect(reply.text).not.toContain('hunter2');
  });

  it.each(['[]', '[{"accountId": "ada", "amount": 5}]', '"text"', 'null', '5', 'true'])(
    'refuses the JSON value %s where an object belongs',
    async (body) => {
      const reply = await rooms.call('POST', '/v1/probe', body);
      expectProblem(reply, 400, 'validation-failed');
      expect(reply.body.errors).toEqual([{ pointer: '', detail: 'must be a JSON object' }]);
    },
  );

  it('takes no body for an empty object, and so names what is missing', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }]) {
      const reply = await rooms.call('POST', '/v1/probe', undefined, headers as Record<string, string>);
      expectProblem(reply, 400, 'validation-failed');
      expect(reply.body.errors).toHaveLength(2);
    }
  });

  it('refuses bytes that are not UTF-8', async () => {
    const response = await fetch(`${rooms.url}/v1/probe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: '/problems/malformed-json', detail: 'The body is not UTF-8.' });
  });

  it('refuses a body over 1 MiB', async () => {
    const reply = await rooms.call('POST', '/v1/probe', { ...good, metadata: { note: 'x'.repeat(1_100_000) } });
    expectProblem(reply, 413, 'payload-too-large');
    expect(reply.body.maxBytes).toBe(1_048_576);
  });

  it('refuses a body nested without end', async () => {
    expect(
      await pointersOf(`{"accountId": "ada", "amount": 5, "metadata": ${'['.repeat(90_000)}${']'.repeat(90_000)}}`),
    ).toHaveLength(1);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('refuses the content type %s', async (type) => {
    expectProblem(
      await rooms.call('POST', '/v1/probe', 'amount=5', { 'content-type': type }),
      415,
      'unsupported-media-type',
    );
  });
});

describe('addresses', () => {
  it.each(['/nope', '/v1/nope?secret=1', '/v1/probe/page/more', '//', '/docs/nope.js', '/docs/..%2f..%2fpackage.json'])(
    'knows no %s',
    async (path) => {
      const reply = await rooms.call('GET', path);
      expect([403, 404]).toContain(reply.status);
      expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(reply.text).not.toContain('secret');
    },
  );

  it.each(['DELETE', 'PATCH', 'OPTIONS'])(
    'answers a problem to the method %s that a route does not have',
    async (method) => {
      const reply = await rooms.call(method, '/v1/accounts');
      expectProblem(reply, 405, 'method-not-allowed');
      expect(reply.headers.get('allow')).toBe('GET, HEAD');
      expect((await rooms.call(method, '/v1/accounts/ada')).headers.get('allow')).toBe('GET, HEAD, PUT');
      expectProblem(await rooms.call(method, '/v1/nope'), 404, 'route-not-found');
    },
  );

  it.each(['/v1/accounts/%', '/v1/accounts/%zz', '/v1/accounts/%c3%28', '/v1/accounts?cursor=%'])(
    'refuses the encoding of %s',
    async (path) => {
      const reply = await rooms.call('GET', path);
      expect(reply.status).toBe(400);
      expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    },
  );

  it.each(['a%20b', '%00', 'x'.repeat(129), 'x'.repeat(5000), '%F0%9F%91%8B'])(
    'refuses the account id %s in a path',
    async (id) => {
      const reply = await rooms.call('GET', `/v1/accounts/${id}`);
      expectProblem(reply, 400, 'validation-failed');
      expect(reply.body.errors[0]).toMatchObject({ pointer: '/accountId', in: 'path' });
    },
  );

  it('takes an account id of 128 characters, and one that looks like an e-mail address', async () => {
    for (const id of ['x'.repeat(128), 'ada@example.com', 'org:1:user_2.b-c', encodeURIComponent('a:b@c')])
      expectProblem(await rooms.call('GET', `/v1/accounts/${id}`), 404, 'account-not-found');
  });

  it('reads a page query', async () => {
    expect((await rooms.call('GET', '/v1/probe/page')).body).toEqual({ limit: 20 });
    expect((await rooms.call('GET', '/v1/probe/page?limit=100&cursor=MTI')).body).toEqual({
      limit: 100,
      cursor: 'MTI',
    });
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'limit[]=1',
    'cursor=',
    'cursor=a%00',
    'more=1',
    '__proto__=1',
  ])('refuses the query %s', async (query) => {
    const reply = await rooms.call('GET', `/v1/probe/page?${query}`);
    expectProblem(reply, 400, 'validation-failed');
    expect(reply.body.errors[0].in).toBe('query');
  });

  it.each(['x', 'MTI=', 'bm90IG9uZSBvZiBvdXJz', 'AAAA'])('refuses the cursor %s', async (cursor) => {
    expectProblem(await rooms.call('GET', `/v1/accounts?cursor=${cursor}`), 400, 'validation-failed');
  });
});

describe('idempotency keys', () => {
  const post = (headers: Record<string, string>) => rooms.call('POST', '/v1/probe/accounts/ada', undefined, headers);

  it('takes 1 to 255 visible characters', async () => {
    for (const key of ['k', '!'.repeat(255), 'job:42/retry"x"'])
      expect((await post({ 'idempotency-key': key })).body).toEqual({ accountId: 'ada', key });
  });

  it('asks for the one that is missing', async () => {
    expectProblem(await post({}), 400, 'idempotency-key-required');
  });

  it.each(['', 'k'.repeat(256), 'a b', 'a, a', 'ä'])('refuses %p', async (key) => {
    const reply = await post({ 'idempotency-key': key });
    expectProblem(reply, 400, 'validation-failed');
    expect(reply.body.errors[0]).toMatchObject({ pointer: '/Idempotency-Key', in: 'header' });
  });
});
