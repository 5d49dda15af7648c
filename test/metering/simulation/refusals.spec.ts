import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { simulate } from '../../support/shop/simulate.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
beforeAll(async () => {
  await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
  const account = await openAccount(scrip);
  await account.grant(1_000);
  const usage = usageOf(scrip, account.id);
  await usage.undo((await usage.use({ meter: 'minutes', quantity: 6 })).body.id);
  await usage.use([
    { meter: 'minutes', quantity: 12 },
    { meter: 'calls', quantity: 100 },
  ]);
  await account.hold(3);
});

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(scrip.clock.now().getTime() + days * DAY_MS);
const lately = () => ({ from: inDays(-1), to: scrip.clock.now() });

it.each<[what: string, pointer: string, span: () => { from: Date; to: Date }]>([
  ['is empty', '/to', () => ({ from: new Date(0), to: new Date(0) })],
  ['is turned round', '/to', () => ({ from: inDays(-1), to: inDays(-2) })],
  ['lies in the future', '/to', () => ({ from: inDays(-1), to: inDays(1) })],
  ['is too long', '/to', () => ({ from: inDays(-367.1), to: inDays(-1) })],
])('refuses a span that %s', async (_what, pointer, span) => {
  const { status, problem } = await simulate(scrip, 'minutes', { draft: MONTHLY, ...span() });
  expect(status).toBe(400);
  expect(problem).toMatchObject({ type: '/problems/validation-failed', errors: [{ pointer }] });
});

it.each<[what: string, pointer: string, body: object]>([
  ['no draft', '/draft', {}],
  ['no prices', '/draft/prices', { draft: {} }],
  ['a time when it begins', '/draft/effectiveAt', { draft: { ...MONTHLY, effectiveAt: '2030-01-01T00:00:00Z' } }],
  ['a price of two forms', '/draft/prices/0/tiers', { draft: { prices: [{ match: {}, credits: 1, tiers: [] }] } }],
  ['limits that cross', '/draft/minCredits', { draft: { ...MONTHLY, minCredits: 3, maxCredits: 2 } }],
  ['a word for an instant', '/from', { draft: MONTHLY, from: 'yesterday' }],
])('refuses %s, and says where it stands', async (_what, pointer, body) => {
  const { status, problem } = await simulate(scrip, 'minutes', { ...lately(), ...body } as never);
  expect(status).toBe(400);
  expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
});

it('refuses a draft that no version could be, as a version is', async () => {
  const tie = {
    prices: [
      { match: { a: '1' }, credits: 1 },
      { match: { b: '2' }, credits: 1 },
    ],
  };
  expect((await simulate(scrip, 'minutes', { draft: tie, ...lately() })).problem).toMatchObject({
    ...{ status: 422, type: '/problems/rate-ambiguous', meter: 'minutes', usage: { a: '1', b: '2' }, prices: [0, 1] },
  });
  const pers = [999_999_999_989, 999_999_999_961, 999_999_999_937];
  const fine = {
    prices: pers.map((per, at) => ({ match: { kind: `${at}` }, credits: 1, per })),
    rounding: 'carry',
  };
  expect((await simulate(scrip, 'calls', { draft: fine, ...lately() })).problem).toMatchObject({
    ...{ status: 422, type: '/problems/rate-too-fine', meter: 'calls' },
  });
  expect((await simulate(scrip, 'steps', { draft: MONTHLY, ...lately() })).problem).toMatchObject({
    ...{ status: 404, type: '/problems/meter-not-found', meter: 'steps' },
  });
  expect((await simulate(scrip, 'minutes', { draft: MONTHLY, ...lately() })).total.line).toBe('total');
});

it('is for who looks after the catalogue', async () => {
  for (const scope of ['read', 'spend', 'sell', 'admin']) {
    const { body } = await scrip.call('POST', '/v1/api-keys', { name: scope, scopes: [scope] });
    const { status } = await simulate(scrip, 'minutes', { draft: MONTHLY, ...lately() }, body.key);
    expect([scope, status]).toEqual([scope, scope === 'admin' ? 200 : 403]);
  }
});

it('changes nothing', async () => {
  // What happened before has its place in the feed by then.
  await eventually(
    () => scrip.sql('select id from ledger_events union all select id from domain_events where number is null'),
    (waiting) => waiting.length === 0,
  );
  const before = await dump();
  const draft = { prices: [{ match: {}, credits: 9, per: 7 }], rounding: 'carry' };
  for (const meter of ['minutes', 'calls'])
    expect((await simulate(scrip, meter, { draft, ...lately() })).total).toMatchObject({ line: 'total', accounts: 1 });
  expect(await dump()).toEqual(before);
});

/** All that the books and the rate cards say. */
async function dump(): Promise<Record<string, string>> {
  const tables = [
    ...['accounts', 'balances', 'entries', 'entry_rows', 'grants', 'holds', 'usage_counters', 'usage_remainders'],
    ...['meters', 'rate_versions', 'idempotency_keys', 'domain_events'],
  ];
  const found: Record<string, string> = {};
  for (const table of tables) {
    const [row] = await scrip.sql(
      `select coalesce(string_agg(t::text, ';' order by t::text), '') as all from ${table} t`,
    );
    found[table] = row?.all ?? '';
  }
  expect(found.rate_versions).not.toBe('');
  return found;
}
