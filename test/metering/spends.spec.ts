import { randomUUID } from 'node:crypto';
import { postText } from '../support/service/post-text.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { outcomeOf } from '../support/shop/account.js';
import { useTwoProcesses } from '../support/shop/two-processes.js';
import { CARRIED, haveMeters, MONTHLY, pricesOf, usageOf } from '../support/shop/usage.js';

const { scrip, other, account, usage } = useTwoProcesses({ minutes: MONTHLY, calls: CARRIED });

it('takes what one line of a meter costs, and shows it in its answer, its receipt and the list', async () => {
  const answer = await usage.use({ meter: 'pages', quantity: '2.5', dimensions: { size: 'a4' } }, 'job', {
    description: 'Three pages',
    metadata: { job: '42' },
  });
  const lines = [
    {
      ...{ meter: 'pages', quantity: '2.5', dimensions: { size: 'a4' }, rateVersion: 1, price: '2.5' },
      ...{ includedQuantity: '0', credits: 3 },
    },
  ];
  expect(answer).toMatchObject({ status: 201, body: { amount: 3, balance: 97, available: 97, seq: 2, lines } });
  const { body: receipt } = await usage.receipt(answer.body.id);
  expect(receipt).toMatchObject({
    ...{ amount: 3, reversed: 0, balanceBefore: 100, balanceAfter: 97, lines },
    ...{ description: 'Three pages', metadata: { job: '42' }, holdId: null },
  });
  const { body: list } = await scrip.call('GET', `/v1/spends?accountId=${account.id}`);
  expect(list.data).toEqual([receipt]);
  expect(await account.entries()).toEqual(['grant +100', 'spend -3']);
  expect((await usage.receipt((await account.spend(1)).body.id)).body).not.toHaveProperty('lines');
});

it('counts the tiers of a month over all spends, in a request and across processes', async () => {
  expect(pricesOf(await usage.use({ meter: 'minutes', quantity: 6 }))).toEqual(['18 -> 18']);
  expect(
    pricesOf(
      await usage.use([
        { meter: 'minutes', quantity: 3 },
        { meter: 'minutes', quantity: 3 },
      ]),
    ),
  ).toEqual(['9 -> 9', '5 -> 5']);
  expect(pricesOf(await usageOf(other, account.id).use({ meter: 'minutes', quantity: 1 }))).toEqual(['1 -> 1']);
  expect(pricesOf(await usage.use({ meter: 'minutes', quantity: 1 }))).toEqual(['1 -> 1']);
  expect(await usage.counters()).toEqual(['minutes {}: 14']);
  expect(await account.standing()).toMatchObject({ balance: 66 });
});

it('carries fractions from spend to spend, and a spend of 0 is a spend', async () => {
  const first = await usage.use({ meter: 'calls', quantity: 1 });
  const second = await usage.use({ meter: 'calls', quantity: 1 });
  expect([first, second].map(({ body }) => body.amount)).toEqual([1, 0]);
  expect(await usage.counters()).toEqual(['calls {}: 2', 'calls {} carries -499/500']);
  expect(await account.entries()).toEqual(['grant +100', 'spend -1', 'spend 0']);
  expect((await usage.receipt(second.body.id)).body).toMatchObject({ amount: 0, allocations: [], lines: [{}] });
  // Each match carries its own.
  expect(pricesOf(await usage.use({ meter: 'calls', quantity: 1, dimensions: { kind: 'odd' } }))).toEqual(['3/7 -> 1']);
  expect((await usage.use({ meter: 'calls', quantity: 999 })).body.amount).toBe(1);
  expect(await usage.counters()).toContain('calls {} carries -999/1000');
});

it('of several meters takes all or nothing', async () => {
  const lines = [
    { meter: 'pages', quantity: 60 },
    { meter: 'minutes', quantity: 6 },
    { meter: 'calls', quantity: 30_000 },
  ];
  expect(await usage.use(lines, 'k')).toMatchObject({
    status: 402,
    body: { type: '/problems/insufficient-credits', availableCredits: 100, requestedCredits: 108 },
  });
  expect(await usage.counters()).toEqual([]);
  const [pages, minutes] = lines as [(typeof lines)[0], (typeof lines)[0]];
  const taken = await usage.use([pages, minutes], 'k');
  expect([taken.status, taken.body.amount, taken.body.lines.length]).toEqual([201, 78, 2]);
  expect(await usage.counters()).toEqual(['minutes {}: 6', 'pages {}: 60']);
});

it('refuses what has no meter, no price or no measure, and its key stays free', async () => {
  const dimensions = { model: 'unheard-of', kind: 'input' };
  const refused = [
    await usage.use({ meter: 'steps', quantity: 1 }, 'k'),
    await usage.use(
      [
        { meter: 'pages', quantity: 1 },
        { meter: 'tokens', quantity: 1, dimensions },
      ],
      'k',
    ),
    await usage.use({ meter: 'pages', quantity: '999999999999' }, 'k'),
    await usageOf(scrip, 'nobody').use({ meter: 'pages', quantity: 1 }, 'k'),
  ];
  expect(refused.map(outcomeOf)).toEqual([
    ...['meter-not-found', 'usage-not-priced', 'price-out-of-range', 'account-not-found'],
  ]);
  expect(refused[1]?.body).toMatchObject({ meter: 'tokens', dimensions, rateVersion: 1 });
  expect(await account.entries()).toEqual(['grant +100']);
  expect(await usage.counters()).toEqual([]);
  expect(outcomeOf(await usage.use({ meter: 'pages', quantity: 1 }, 'k'))).toBe('accepted');
});

it.each<[pointer: string, body: object]>([
  ['/amount', {}],
  ['/meter', { quantity: 1 }],
  ['/quantity', { meter: 'pages' }],
  ['/meter', { amount: 1, meter: 'pages' }],
  ['/lines', { amount: 1, lines: [{ meter: 'pages', quantity: 1 }] }],
  ['/quantity', { meter: 'pages', quantity: -1 }],
  ['/lines', { lines: [] }],
  ['/lines', { lines: new Array(21).fill({ meter: 'pages', quantity: 1 }) }],
  ['/lines/0/price', { lines: [{ meter: 'pages', quantity: 1, price: 0 }] }],
])('refuses a wrong %s, by itself and in a batch', async (pointer, body) => {
  const asked = { accountId: account.id, ...body };
  const alone = await scrip.call('POST', '/v1/spends', asked, { idempotencyKey: randomUUID() });
  const { body: batch } = await scrip.call('POST', '/v1/spends/batch', { items: [{ ...asked, idempotencyKey: 'k' }] });
  for (const problem of [alone.body, batch.results[0].problem]) {
    expect(problem).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  }
});

it('in a batch is decided in the order of the items, next to spends of amounts', async () => {
  const item = (idempotencyKey: string, body: object) => ({ idempotencyKey, accountId: account.id, ...body });
  const items = [
    item('a', { meter: 'minutes', quantity: 8 }),
    item('b', { amount: 5 }),
    item('c', { lines: [{ meter: 'minutes', quantity: 4 }] }),
    item('d', { meter: 'steps', quantity: 4 }),
    item('e', { meter: 'minutes', quantity: 1 }),
    item('a', { meter: 'minutes', quantity: '8.0' }),
  ];
  const { body } = await scrip.call('POST', '/v1/spends/batch', { items });
  const shown = body.results.map(({ status, spend }: { status: string; spend?: { amount: number } }) =>
    spend === undefined ? status : `${status} ${spend.amount}`,
  );
  expect(shown).toEqual(['accepted 24', 'accepted 5', 'accepted 8', 'rejected', 'accepted 1', 'replayed 24']);
  expect(await usage.counters()).toEqual(['minutes {}: 13']);
});

describe('sent again', () => {
  const sent = (to: TestScrip, key: string, body: object) =>
    postText(to, '/v1/spends', { accountId: account.id, ...body }, key);

  it.each<[name: string, body: object]>([
    ['one line', { meter: 'minutes', quantity: 12 }],
    ['many lines', { lines: [...'abc'].map((kind) => ({ meter: 'calls', quantity: 0.1, dimensions: { kind } })) }],
    ['fractions', { meter: 'calls', quantity: '0.000000001', dimensions: { z: '1', kind: 'odd', a: 'äß"\\\u2028' } }],
    ['words', { meter: 'pages', quantity: 1, description: ' a "b" ', metadata: { b: '1', a: '2' } }],
  ])('is answered the same to the byte by any process: %s', async (_name, body) => {
    await account.hold(7);
    const key = randomUUID();
    const first = await sent(scrip, key, body);
    expect([first.status, first.again]).toEqual([201, false]);
    await usage.use({ meter: 'minutes', quantity: 3 });
    for (const process of [scrip, other, scrip])
      expect(await sent(process, key, body)).toEqual({ ...first, again: true });
  });

  it('is the same request in whatever form the same usage is written', async () => {
    const first = await sent(scrip, 'k', { meter: 'pages', quantity: 2, dimensions: { b: '1', a: '2' } });
    const again = [
      { meter: 'pages', quantity: '2.0', dimensions: { a: '2', b: '1' } },
      { lines: [{ meter: 'pages', quantity: '02', dimensions: { a: '2', b: '1' } }] },
    ];
    for (const body of again) expect(await sent(scrip, 'k', body)).toEqual({ ...first, again: true });
  });

  it.each<[name: string, body: object]>([
    ['more', { meter: 'pages', quantity: 3 }],
    ['another meter', { meter: 'minutes', quantity: 2 }],
    ['a dimension', { meter: 'pages', quantity: 2, dimensions: { a: '1' } }],
    ['the amount that it cost', { amount: 2 }],
    ['a text', { meter: 'pages', quantity: 2, description: 'a' }],
  ])('is refused with %s', async (_name, body) => {
    await sent(scrip, 'k', { meter: 'pages', quantity: 2 });
    for (const process of [scrip, other])
      expect(JSON.parse((await sent(process, 'k', body)).text).type).toBe('/problems/idempotency-key-reused');
    expect(await account.standing()).toMatchObject({ balance: 98 });
  });

  it('is answered though it would have no price, or another one, by now', async () => {
    await haveMeters(scrip, { [`gone-${account.id}`]: { prices: [{ match: { kind: 'old' }, credits: 1 }] } });
    const meter = `gone-${account.id}`;
    const body = { meter, quantity: 2, dimensions: { kind: 'old' } };
    const first = await sent(scrip, 'k', body);
    expect(first.status).toBe(201);
    await scrip.call('POST', `/v1/meters/${meter}/rates`, { prices: [{ match: { kind: 'new' }, credits: 9 }] });
    for (const process of [scrip, other]) expect(await sent(process, 'k', body)).toEqual({ ...first, again: true });
    expect(outcomeOf(await usage.use(body))).toBe('usage-not-priced');
  });
});

it('is quoted as it will be priced', async () => {
  const lines = [
    { meter: 'minutes', quantity: 7 },
    { meter: 'calls', quantity: 1_500 },
  ];
  await usage.use([...lines, { meter: 'pages', quantity: 1 }]);
  const { body: quote } = await scrip.call('POST', '/v1/quotes', { accountId: account.id, lines });
  const { body: spend } = await usage.use(lines);
  expect(quote.lines).toEqual(spend.lines);
  expect([quote.amount, quote.affordable]).toEqual([spend.amount, true]);
});

it('is refused while entries are written in the form of the version before, which keeps no lines', async () => {
  const upgrading = await startTestScrip({
    ...{ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' },
    ENTRY_FORM: 'three-rows',
  });
  const before = usageOf(upgrading, account.id);
  const first = await usage.use({ meter: 'pages', quantity: 2 }, 'k');
  expect(await before.use({ meter: 'pages', quantity: 2 }, 'k')).toMatchObject({ status: 201, body: first.body });
  expect(outcomeOf(await before.use({ meter: 'pages', quantity: 2 }))).toBe('lines-not-kept');
  const corrected = await usage.use({ meter: 'pages', quantity: 2 });
  expect(outcomeOf(await before.correct(corrected.body.id, { meter: 'pages', quantity: 1 }))).toBe('lines-not-kept');
  expect((await usage.correct(corrected.body.id, { meter: 'pages', quantity: 0 })).body.amount).toBe(0);
  // It gives back what was spent, and undoes no line.
  expect((await before.undo(first.body.id)).body).toMatchObject({ amount: 2, reversed: 2 });
  expect(await usage.counters()).toEqual(['pages {}: 2']);
  await upgrading.close();
  expect((await usage.undo(first.body.id)).body).toMatchObject({ amount: 0, reversed: 2 });
  expect(await usage.counters()).toEqual(['pages {}: 0']);
});
