import { randomBytes } from 'node:crypto';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';
import { openAccount } from '../support/shop/account.js';
import { haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';

const scrip = useScrip();
/** One more process over the same books. */
let other: TestScrip;

/** Some of them fill the row of a balance. */
const MODELS = Array.from('abcdefgh', (letter) => letter.repeat(150));
/** Of each model two at 3 in a month, then a seventh each, carried. */
const CALLS = {
  prices: MODELS.map((model) => ({
    match: { model },
    tiers: [
      { upTo: 2, credits: 3 },
      { upTo: null, credits: 1, per: 7 },
    ],
    by: 'month',
  })),
  rounding: 'carry',
};

beforeAll(async () => {
  await haveMeters(scrip, { calls: CALLS, minutes: MONTHLY });
  other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
});
afterAll(() => other?.close());
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

const archived = (table: string, accountId: string) =>
  scrip.sql(`select * from ${table} where account_id = $1 order by match`, [accountId]);

it('prices by every counter of an account that has more than its balance has room for', async () => {
  const account = await openAccount(scrip);
  await account.grant(200);
  const amounts = new Map<string, number[]>(MODELS.map((model) => [model, []]));
  const [first, ...others] = Array.from({ length: 4 }, (_, turn) =>
    MODELS.map((_, index) => MODELS[(index * (2 * turn + 1)) % MODELS.length] ?? ''),
  ).flat();
  const use = async (model: string, index: number) => {
    const at = usageOf(index % 3 === 2 ? other : scrip, account.id);
    const { body } = await at.use({ meter: 'calls', quantity: 1, dimensions: { model } });
    amounts.get(model)?.push(body.amount);
    return body;
  };
  const spend = await use(first ?? '', 0);
  for (const [index, model] of others.entries()) await use(model, index);
  expect([...amounts.values()]).toEqual(MODELS.map(() => [3, 3, 1, 0]));
  expect((await archived('usage_counters', account.id)).length).toBeGreaterThan(4);
  expect((await archived('usage_remainders', account.id)).length).toBeGreaterThan(3);
  expect(JSON.stringify(await usageOf(scrip, account.id).kept()).length).toBeLessThan(1_800);

  expect((await usageOf(scrip, account.id).undo(spend.id)).body.amount).toBe(3);
  const { body: quote } = await scrip.call('POST', '/v1/quotes', {
    accountId: account.id,
    lines: MODELS.map((model) => ({ meter: 'calls', quantity: 2, dimensions: { model } })),
  });
  expect(quote.lines.map(({ price }: { price: string }) => price)).toEqual(MODELS.map(() => '2/7'));
});

it('counts by the longest match that a price may have', async () => {
  const account = await openAccount(scrip);
  await account.grant(10);
  // At random, since what repeats itself is made shorter.
  const match = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`${n}`.padStart(43, 'd'), randomBytes(100).toString('hex')]),
  );
  expect(JSON.stringify(match)).toHaveLength(1_993);
  await haveMeters(scrip, { named: { prices: [{ match, credits: 1, per: 7 }], rounding: 'carry' } });
  const { use } = usageOf(scrip, account.id);
  for (const credits of [1, 0])
    expect((await use({ meter: 'named', quantity: 1, dimensions: match })).body.amount).toBe(credits);
  expect(await archived('usage_counters', account.id)).toMatchObject([{ used: '2.000000000' }]);
  expect(await archived('usage_remainders', account.id)).toHaveLength(1);
});

it('keeps the counters of the last two months with the balance, and gives back what is older', async () => {
  const account = await openAccount(scrip);
  await account.grant(200);
  const usage = usageOf(scrip, account.id);
  const clock = stopClock(scrip.clock);
  const inMonths = (months: number) => {
    const [year, month] = [clock.now().getUTCFullYear(), clock.now().getUTCMonth()];
    clock.advance((Date.UTC(year, month + months, 15) - clock.now().getTime()) / 1_000);
  };
  inMonths(1);
  const month = clock.now().toISOString().slice(0, 7);
  const { body: spend } = await usage.use({ meter: 'minutes', quantity: 12 });
  inMonths(1);
  expect((await usage.use({ meter: 'minutes', quantity: 1 })).body.amount).toBe(3);
  expect(await archived('usage_counters', account.id)).toEqual([]);
  inMonths(1);
  expect((await usage.use({ meter: 'minutes', quantity: 1 })).body.amount).toBe(3);
  expect(Object.keys((await usage.kept()).used ?? {})).toHaveLength(2);
  expect(await archived('usage_counters', account.id)).toMatchObject([{ month, used: '12.000000000' }]);
  expect((await usage.undo(spend.id)).body.amount).toBe(32);
  expect(await archived('usage_counters', account.id)).toMatchObject([{ month, used: '0.000000000' }]);
  expect((await usage.use({ meter: 'minutes', quantity: 1 })).body.amount).toBe(3);
});

it('finds each counter of a meter of which an account has more than are read along', async () => {
  const models = Array.from({ length: 160 }, (_, index) => `model-${index}`);
  const tiers = [
    { upTo: 2, credits: 2 },
    { upTo: null, credits: 1 },
  ];
  const many = { prices: models.map((model) => ({ match: { model }, tiers, by: 'month' })) };
  await haveMeters(scrip, { many });
  const account = await openAccount(scrip);
  await account.grant(1_000);
  const calls = Array.from({ length: 8 }, (_, call) => models.slice(20 * call, 20 * call + 20));
  for (const [round, cost] of [2, 2, 1].entries())
    for (const [call, those] of (round === 1 ? calls.toReversed() : calls).entries()) {
      const lines = those.map((model) => ({ meter: 'many', quantity: 1, dimensions: { model } }));
      const { body } = await usageOf((call + round) % 2 === 0 ? scrip : other, account.id).use(lines);
      expect(body.lines.map(({ credits }: { credits: number }) => credits)).toEqual(those.map(() => cost));
    }
  expect((await archived('usage_counters', account.id)).length).toBeGreaterThan(128);
});
