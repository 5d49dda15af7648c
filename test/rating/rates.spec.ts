import { useScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';

const scrip = useScrip();
const post = (meter: string, body: unknown, options = {}) =>
  scrip.call('POST', `/v1/meters/${meter}/rates`, body, options);
const one = { match: {}, credits: 1, per: 1 };
const inAnHour = (seconds = 0) => new Date(Date.now() + 3_600_000 + seconds * 1_000).toISOString();

async function aMeter(key: string): Promise<string> {
  expect((await scrip.call('PUT', `/v1/meters/${key}`, { name: key, unit: 'unit' })).status).toBe(201);
  return key;
}

async function costOf(meter: string, quantity: number | string, dimensions = {}): Promise<unknown[]> {
  const { body } = await scrip.call('POST', '/v1/quotes', { meter, quantity, dimensions });
  return [body.rateVersion, body.amount];
}

it('numbers the versions of a meter, keeps them as they were made, and prices by the one that has begun', async () => {
  const meter = await aMeter('versions');
  const first = await post(meter, { prices: [{ match: {}, credits: 2 }] });
  expect(first).toMatchObject({
    status: 201,
    body: { meter, version: 1, prices: [{ match: {}, credits: 2, per: 1 }], rounding: 'up', minCredits: null },
  });
  expect(await costOf(meter, 5)).toEqual([1, 10]);
  const second = await post(meter, {
    prices: [
      {
        match: { size: 'b', form: 'a' },
        tiers: [
          { upTo: 10.5, credits: 3 },
          { upTo: null, credits: 1, per: 2 },
        ],
      },
      { match: {}, credits: 7, per: 100, whole: true },
    ],
    rounding: 'carry',
    minCredits: 1,
    maxCredits: 99,
  });
  expect(second.body).toEqual({
    meter,
    version: 2,
    prices: [
      {
        match: { form: 'a', size: 'b' },
        tiers: [
          { upTo: '10.5', credits: 3, per: 1 },
          { upTo: null, credits: 1, per: 2 },
        ],
        mode: 'graduated',
        by: 'request',
      },
      { match: {}, credits: 7, per: 100, whole: true },
    ],
    rounding: 'carry',
    minCredits: 1,
    maxCredits: 99,
    effectiveAt: second.body.effectiveAt,
    createdAt: second.body.createdAt,
  });
  // It has begun when the call returns.
  expect(Date.parse(second.body.effectiveAt)).toBeLessThanOrEqual(Date.now());
  expect(await costOf(meter, 101)).toEqual([2, 14]);
  expect((await scrip.call('GET', `/v1/meters/${meter}/rates/1`)).body).toEqual(first.body);
  expect((await scrip.call('GET', `/v1/meters/${meter}/rates/2`)).body).toEqual(second.body);
  const page = await scrip.call('GET', `/v1/meters/${meter}/rates?limit=1`);
  expect(page.body.data).toEqual([second.body]);
  const next = await scrip.call('GET', `/v1/meters/${meter}/rates?limit=1&cursor=${page.body.nextCursor}`);
  expect(next.body).toEqual({ data: [first.body], nextCursor: null });
  for (const change of [
    'delete from rate_versions',
    'update rate_versions set max_credits = 0',
    'truncate rate_versions',
  ])
    await expect(scrip.sql(change)).rejects.toThrow('append-only');
});

it('plans a version for later, which begins by itself, and leaves room for one before it', async () => {
  const meter = await aMeter('planned');
  await post(meter, { prices: [one] });
  const effectiveAt = inAnHour();
  const planned = await post(meter, { prices: [{ match: {}, credits: 5 }], effectiveAt });
  expect(planned).toMatchObject({ status: 201, body: { version: 2, effectiveAt } });
  const sooner = await post(meter, { prices: [{ match: {}, credits: 3 }] });
  expect(await costOf(meter, 1)).toEqual([3, 3]);
  expect(await post(meter, { prices: [one], effectiveAt })).toMatchObject({
    status: 409,
    body: { type: '/problems/rate-instant-taken', meter, effectiveAt, version: 2 },
  });
  expect(sooner.body.version).toBe(3);
  await scrip.call('POST', '/v1/test-clock/advance', { seconds: 3_601 });
  expect(await costOf(meter, 1)).toEqual([2, 5]);
});

it('begins by its clock, also for a process that has just looked', async () => {
  const meter = await aMeter('soon');
  await post(meter, { prices: [one] });
  const effectiveAt = new Date(scrip.clock.now().getTime() + 3_600_000).toISOString();
  // What begins in an hour need not be known before that, and then the clock is moved.
  expect(await costOf(meter, 1)).toEqual([1, 1]);
  await post(meter, { prices: [{ match: {}, credits: 5 }], effectiveAt });
  scrip.clock.advance(3_600_001);
  expect(await costOf(meter, 1)).toEqual([2, 5]);
});

it('prices what is used before all versions by the first that was made, whatever is made later', async () => {
  const meter = await aMeter('not-begun');
  await post(meter, { prices: [{ match: {}, credits: 5 }], effectiveAt: inAnHour(7_200) });
  await post(meter, { prices: [{ match: {}, credits: 6 }], effectiveAt: inAnHour(3_600) });
  expect(await costOf(meter, 1)).toEqual([1, 5]);
});

it('never begins in the past, not even a little', async () => {
  const meter = await aMeter('past');
  await post(meter, { prices: [one] });
  for (const effectiveAt of ['2020-01-01T00:00:00Z', scrip.clock.now().toISOString()]) {
    const refused = await post(meter, { prices: [one], effectiveAt });
    expect(refused).toMatchObject({
      status: 422,
      body: { type: '/problems/rate-too-early', effectiveAt: new Date(effectiveAt).toISOString() },
    });
    expect(Date.parse(refused.body.earliestEffectiveAt)).toBeGreaterThan(scrip.clock.now().getTime());
  }
  expect((await scrip.call('GET', `/v1/meters/${meter}/rates`)).body.data).toHaveLength(1);
});

it('makes one version of many requests with one key, and many of many', async () => {
  const meter = await aMeter('crowd');
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => post(meter, { prices: [one] }, { idempotencyKey: 'one-version' })),
  );
  expect(answers.map(({ status, body }) => [status, body.version])).toEqual(Array(5).fill([201, 1]));
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(4);
  const many = await Promise.all(Array.from({ length: 5 }, () => post(meter, { prices: [one] })));
  expect(many.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6]);
  expect(new Set(many.map(({ body }) => body.effectiveAt)).size).toBe(5);
});

it('refuses two prices for the same usage, and shows it', async () => {
  const meter = await aMeter('ambiguous');
  const prices = [
    { match: { model: 'large' }, credits: 1 },
    { match: {}, credits: 1 },
    { match: { kind: 'input' }, credits: 2 },
  ];
  expect(await post(meter, { prices })).toMatchObject({
    status: 422,
    body: { type: '/problems/rate-ambiguous', meter, usage: { kind: 'input', model: 'large' }, prices: [0, 2] },
  });
  const both = { match: { model: 'large', kind: 'input' }, credits: 3 };
  expect((await post(meter, { prices: [...prices, both] })).status).toBe(201);
  expect(await costOf(meter, 1, { model: 'large', kind: 'input' })).toEqual([1, 3]);
});

it('refuses to carry fractions that nobody could keep', async () => {
  const meter = await aMeter('fine');
  const primes = [999_999_999_989, 999_999_999_961, 999_999_999_959];
  const prices = primes.map((per, index) => ({ match: { n: `${index}` }, credits: 1, per }));
  expect(await post(meter, { prices, rounding: 'carry' })).toMatchObject({
    status: 422,
    body: { type: '/problems/rate-too-fine', meter },
  });
  expect((await post(meter, { prices })).status).toBe(201);
  expect((await post(meter, { prices: prices.slice(0, 2), rounding: 'carry' })).status).toBe(201);
  expect((await post(meter, { prices: prices.slice(2), rounding: 'carry' })).status).toBe(422);
});

it('knows no versions but those that were made', async () => {
  expect(await scrip.call('GET', '/v1/meters/pages/rates/7')).toMatchObject({
    status: 404,
    body: { type: '/problems/rate-not-found', meter: 'pages', version: 7 },
  });
  for (const path of ['/v1/meters/nope/rates/1', '/v1/meters/nope/rates'])
    expect(await scrip.call('GET', path)).toMatchObject({ status: 404, body: { type: '/problems/meter-not-found' } });
  expect((await post('nope', { prices: [one] })).body.type).toBe('/problems/meter-not-found');
  for (const version of ['0', 'x', '1.5', '-1', '12345678901'])
    expect((await scrip.call('GET', `/v1/meters/pages/rates/${version}`)).body.errors).toEqual([
      expect.objectContaining({ pointer: '/version', in: 'path' }),
    ]);
});

describe('a version that no card could have', () => {
  const tiers = (...upTos: unknown[]) => ({ match: {}, tiers: upTos.map((upTo) => ({ upTo, credits: 1 })) });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 'x']));
  const long = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`n${index}`, 'ü'.repeat(125)]));

  it.each<[pointer: string, what: string, body: unknown]>([
    ['/prices', 'no prices', {}],
    ['/prices', 'an empty list', { prices: [] }],
    ['/prices', 'prices that are none', { prices: 'free' }],
    ['/prices', 'too many prices', { prices: Array(501).fill(one) }],
    ['/prices/0/credits', 'a negative price', { prices: [{ match: {}, credits: -1 }] }],
    ['/prices/0/credits', 'a fraction of a credit', { prices: [{ match: {}, credits: 0.5 }] }],
    ['/prices/0/credits', 'a price as text', { prices: [{ match: {}, credits: '1' }] }],
    ['/prices/0/credits', 'a price beyond all', { prices: [{ match: {}, credits: 1e300 }] }],
    ['/prices/0/per', 'a price for nothing', { prices: [{ match: {}, credits: 1, per: 0 }] }],
    ['/prices/0', 'neither credits nor tiers', { prices: [{ match: {} }] }],
    ['/prices/0/credits', 'credits and tiers', { prices: [{ ...tiers(null), credits: 1 }] }],
    ['/prices/0/whole', 'packages of tiers', { prices: [{ ...tiers(null), whole: true }] }],
    ['/prices/0/by', 'months without tiers', { prices: [{ ...one, by: 'month' }] }],
    ['/prices/0/mode', 'a mode without tiers', { prices: [{ ...one, mode: 'volume' }] }],
    ['/prices/0/mode', 'an unknown mode', { prices: [{ ...tiers(null), mode: 'stairs' }] }],
    ['/prices/0/by', 'an unknown span', { prices: [{ ...tiers(null), by: 'week' }] }],
    ['/prices/0/match', 'no match', { prices: [{ credits: 1 }] }],
    ['/prices/0/match', 'a match of a number', { prices: [{ match: { model: 5 }, credits: 1 }] }],
    ['/prices/0/match', 'a match of nothing', { prices: [{ match: { model: '' }, credits: 1 }] }],
    ['/prices/0/match', 'a match in a list', { prices: [{ match: ['model'], credits: 1 }] }],
    ['/prices/0/match', 'a match of nine names', { prices: [{ match: many(9), credits: 1 }] }],
    ['/prices/0/match', 'a match of 10,000 names', { prices: [{ match: many(10_000), credits: 1 }] }],
    ['/prices/0/match', 'a match that is too long to count by', { prices: [{ match: long, credits: 1 }] }],
    ['/prices/0/match', 'a name with blanks', { prices: [{ match: { 'a b': 'x' }, credits: 1 }] }],
    [
      '/prices',
      'seventeen sets of names',
      {
        prices: Array.from({ length: 17 }, (_, index) => ({
          match: { m: `${index}`, [`n${index}`]: 'x' },
          credits: 1,
        })),
      },
    ],
    ['/prices/0/tiers', 'no tiers', { prices: [tiers()] }],
    ['/prices/0/tiers/1/upTo', 'tiers that never end', { prices: [tiers('10', '20')] }],
    ['/prices/0/tiers/0/upTo', 'a tier behind the last', { prices: [tiers(null, null)] }],
    ['/prices/0/tiers/1/upTo', 'tiers that do not rise', { prices: [tiers('10', '10', null)] }],
    ['/prices/0/tiers/1/upTo', 'tiers that overlap', { prices: [tiers('10', '5', null)] }],
    ['/prices/0/tiers/0/upTo', 'a tier of nothing', { prices: [tiers('0', null)] }],
    ['/prices/0/tiers/0/upTo', 'a negative tier', { prices: [tiers(-5, null)] }],
    ['/prices/0/tiers/0/upTo', 'a tier with an exponent', { prices: [tiers('1e3', null)] }],
    ['/prices/0/tiers/0/upTo', 'a tier too fine', { prices: [tiers('0.0000000001', null)] }],
    [
      '/prices/0/tiers/0/per',
      'a tier for nothing',
      { prices: [{ match: {}, tiers: [{ upTo: null, credits: 1, per: 0 }] }] },
    ],
    [
      '/prices/0/tiers/0/note',
      'an unknown field',
      { prices: [{ match: {}, tiers: [{ upTo: null, credits: 1, note: 1 }] }] },
    ],
    ['/rounding', 'an unknown rounding', { prices: [one], rounding: 'down' }],
    ['/minCredits', 'a negative limit', { prices: [one], minCredits: -1 }],
    ['/minCredits', 'limits that cross', { prices: [one], minCredits: 5, maxCredits: 4 }],
    ['/effectiveAt', 'a day', { prices: [one], effectiveAt: '2027-01-01' }],
    ['/effectiveAt', 'no time', { prices: [one], effectiveAt: null }],
    ['/discount', 'an unknown field', { prices: [one], discount: 5 }],
  ])('is refused at %s: %s', async (pointer, _what, body) => {
    const refused = await post('pages', body);
    expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });
});

it('begins one behind the other where many are asked for in the same instant', async () => {
  const meter = await aMeter('at-once');
  await post(meter, { prices: [one] });
  const now = stopClock(scrip.clock).now().getTime();
  const made = await Promise.all(Array.from({ length: 3 }, () => post(meter, { prices: [one] })));
  const begins = made.map(({ status, body }) => [status, Date.parse(body.effectiveAt) - now]);
  expect(begins.sort()).toEqual([1_500, 1_501, 1_502].map((ms) => [201, ms]));
});
