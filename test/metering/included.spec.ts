import { randomUUID } from 'node:crypto';
import { addDays } from '../../src/kernel/clock.js';
import { decideEndIncluded, decideInclude } from '../../src/ledger/decisions/include.js';
import type { SqlRunner } from '../../src/ledger/sql-runner.js';
import { readInclusions } from '../../src/ledger/usage/included/read-inclusions.js';
import { NO_QUANTITY, quantityOf } from '../../src/rating/pricing/quantity.js';
import { emptyBook } from '../support/make/books.js';
import type { TestScrip } from '../support/service/scrip.js';
import { allIncludedOf, changeIncluded, includedOf } from '../support/shop/included.js';
import { useTwoProcesses } from '../support/shop/two-processes.js';
import { MONTHLY, PER_UNIT, usageOf } from '../support/shop/usage.js';

const { scrip, other, account, usage } = useTwoProcesses({ leaves: PER_UNIT, minutes: MONTHLY }, { credits: 1_000 });
const source = { type: 'test', id: 'a plan' };
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

const inDays = (days: number) => addDays(scrip.clock.now(), days);

const change = (act: Parameters<typeof changeIncluded>[2], at: TestScrip = scrip) =>
  changeIncluded(at, { accountId: account.id, source }, act);

const include = (
  quantity: number,
  { part = `${randomUUID()}`, meter = 'leaves', match = {}, from = -1, to = 1 } = {},
) =>
  change((book) =>
    decideInclude(book, {
      ...{ meter, match, source, sourcePart: part },
      quantity: quantityOf(quantity) ?? NO_QUANTITY,
      ...{ effectiveAt: inDays(from), expiresAt: inDays(to) },
    }),
  );

const leaves = (quantity: number, dimensions = {}) => ({ meter: 'leaves', quantity, dimensions });
const amountOf = async (quantity: number, dimensions = {}) =>
  (await usage.use(leaves(quantity, dimensions))).body.amount;

const late = (id: string, quantity: number, days: number) =>
  scrip.call('POST', '/v1/usage', {
    ...{ specversion: '1.0', source: '/test', id, type: 'leaves', subject: account.id },
    ...{ time: inDays(days).toISOString(), data: { quantity } },
  });
const correctLate = (id: string, quantity: number) => {
  const corrected = { source: '/test', id, accountId: account.id, lines: [leaves(quantity)], reason: 'it was wrong' };
  return scrip.call('POST', '/v1/usage/corrections', corrected, { idempotencyKey: randomUUID() });
};

const leftOfEach = async () =>
  (await allIncludedOf(scrip, account.id)).map(({ granted, left }) => `${left} of ${granted}`);

it('is noticed by a process that remembers the account, also where it comes or ends without an entry', async () => {
  expect(await amountOf(5)).toBe(5);
  await include(10, { part: 'a' });
  expect(await amountOf(5)).toBe(0);
  await change((book) => decideEndIncluded(book, { source, sourcePart: 'a', at: inDays(0) }), other);
  expect(await amountOf(5)).toBe(5);
  await include(10, { part: 'a' });
  expect(await amountOf(5)).toBe(5);
  expect(await account.entries()).toEqual(['grant +1000', 'spend -5', 'spend 0', 'spend -5', 'spend -5']);
});

it('is taken once, however many processes take it at once', async () => {
  await include(60);
  const asked = Array.from({ length: 100 }, (_, index) =>
    usageOf(index % 2 === 0 ? scrip : other, account.id).use(leaves(1)),
  );
  const amounts = (await Promise.all(asked)).map(({ body }) => body.amount);
  expect(amounts.filter((amount) => amount === 0)).toHaveLength(60);
  expect((await account.standing()).balance).toBe(960);
  expect(await includedOf(scrip, account.id)).toEqual(['0 of 60']);
});

it('is taken by the most specific match first, then by what ends first, and counts in no tier', async () => {
  await include(10, { meter: 'minutes', to: 5 });
  await include(10, { meter: 'minutes', to: 3 });
  await include(10, { meter: 'minutes', match: { kind: 'hd' }, to: 9 });
  const { body } = await usage.use({ meter: 'minutes', quantity: 15, dimensions: { kind: 'hd' } });
  expect(body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '15' }] });
  expect(await includedOf(scrip, account.id)).toEqual(['5 of 10', '10 of 10', '0 of 10']);
  expect((await usage.use({ meter: 'minutes', quantity: 20 })).body).toMatchObject({ amount: 15 });
  expect(await usage.counters()).toEqual(['minutes {}: 5']);
});

it('is reserved by a hold, priced from there, and given back by its end', async () => {
  await include(100);
  const held = await usage.hold(leaves(80));
  expect(held.body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '80' }] });
  expect(await amountOf(50)).toBe(30);
  const captured = await usage.capture(held.body.id, { quantity: 60, final: false });
  expect(captured.body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '60' }] });
  expect((await scrip.checkBooks()).findings).toEqual([]);
  await scrip.call('POST', `/v1/accounts/${account.id}/holds/${held.body.id}/release`, {});
  expect(await includedOf(scrip, account.id)).toEqual(['20 of 100']);
  expect(await amountOf(20)).toBe(0);
});

it('covers usage by its own time: late events of a month that is over, and their corrections', async () => {
  await include(10, { from: -20, to: -10 });
  expect((await late('one', 6, -15)).body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '6' }] });
  expect((await late('two', 6, -5)).body).toMatchObject({ amount: 6 });
  expect((await late('three', 6, -15)).body).toMatchObject({ amount: 2 });
  expect((await correctLate('one', 8)).body).toMatchObject({ amount: 2, lines: [{ includedQuantity: '6' }] });
  expect(await amountOf(1)).toBe(1);
});

it('covers a correction by the time of the spend: by all that covers that, and by nothing of this month', async () => {
  await include(4, { from: -20, to: -10 });
  await include(20);
  const { body: spent } = await late('one', 6, -15);
  expect(spent).toMatchObject({ amount: 2, lines: [{ includedQuantity: '4' }] });
  await include(5, { from: -16, to: -14 });
  await include(50, { from: -14, to: -2 });
  expect((await correctLate('one', 12)).body).toMatchObject({ amount: 3, lines: [{ includedQuantity: '9' }] });
  // What ends first is taken first, though it was given after the spend.
  expect((await correctLate('one', 7)).body).toMatchObject({ amount: 0, lines: [{ includedQuantity: '7' }] });
  expect(await leftOfEach()).toEqual(['0 of 5', '2 of 4', '50 of 50', '20 of 20']);
  expect((await correctLate('one', 0)).body).toMatchObject({ amount: 0 });
  expect(await leftOfEach()).toEqual(['5 of 5', '4 of 4', '50 of 50', '20 of 20']);
});

it('nothing is asked of the database for accounts that were never given any, or none that reaches so far', async () => {
  await usage.use([leaves(1), { meter: 'minutes', quantity: 1 }]);
  const untilOf = async () =>
    (await scrip.sql('select included_until as until from balances where account_id = $1', [account.id]))[0]?.until;
  expect(await untilOf()).toBeNull();
  await include(1, { to: 7 });
  const until = new Date(String(await untilOf()));
  const nobody = { query: () => Promise.reject(new Error('it was asked')) } as unknown as SqlRunner;
  const asked = (includedUntil: Date | null, usedAt: Date) =>
    readInclusions(nobody, [{ ...emptyBook().balance, includedUntil }], [{ accountId: 'ada', usedAt }]);
  await expect(asked(null, inDays(0))).resolves.toEqual(new Map());
  await expect(asked(until, inDays(8))).resolves.toEqual(new Map());
  await expect(asked(until, inDays(6))).rejects.toThrow('it was asked');
});
