import { Posting } from '../../../src/ledger/posting.js';
import { EventCommands } from '../../../src/ledger/usage/event-commands.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { simulate } from '../../support/shop/simulate.js';
import { CARRIED, haveMeters, MONTHLY, type UsageOf, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
let account: TestAccount;
let usage: UsageOf;
/** Each test has its own meters, so that it sees the usage of no other. */
let tests = 0;
let minutes: string;
let calls: string;
let from: Date;

beforeEach(async () => {
  tests += 1;
  [minutes, calls] = [`minutes-${tests}`, `calls-${tests}`];
  await haveMeters(scrip, { [minutes]: MONTHLY, [calls]: CARRIED });
  account = await openAccount(scrip);
  await account.grant(1_000);
  usage = usageOf(scrip, account.id);
  from = mark();
});

/** An instant behind all that was used so far, and before all that will be. */
function mark(): Date {
  scrip.clock.advance(2);
  const instant = scrip.clock.now();
  scrip.clock.advance(2);
  return instant;
}
const simulated = (meter: string, draft: object) => simulate(scrip, meter, { draft, from, to: mark() });
const perUnit = (credits: number, per = 1, more = {}) => ({ prices: [{ match: {}, credits, per }], ...more });
const twice = {
  prices: [
    {
      match: {},
      tiers: [
        { upTo: 10, credits: 6 },
        { upTo: null, credits: 2 },
      ],
      by: 'month',
    },
  ],
};

it('tells for each account what was charged and what would have been, and the totals last', async () => {
  const other = await openAccount(scrip);
  await other.grant(1_000);
  await usage.use({ meter: minutes, quantity: '2.5' });
  await usageOf(scrip, other.id).use([
    { meter: minutes, quantity: 12 },
    { meter: calls, quantity: 3_000 },
    { meter: minutes, quantity: 1 },
  ]);
  const to = mark();
  const answer = await simulate(scrip, minutes, { draft: perUnit(3), from, to });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const refused = null;
  const mine = {
    ...{ line: 'account', accountId: account.id, lines: 1, quantity: '2.5', includedQuantity: '0' },
    ...{ beforeCredits: 8, afterCredits: 8, refused, hadHolds: false, exact: true },
  };
  const theirs = {
    ...{ line: 'account', accountId: other.id, lines: 2, quantity: '13', includedQuantity: '0' },
    ...{ beforeCredits: 33, afterCredits: 39, refused, hadHolds: false, exact: true },
  };
  expect(answer.lines).toEqual([
    { line: 'begin', meter: minutes, from: from.toISOString(), to: to.toISOString() },
    ...[mine, theirs].sort((a, b) => (a.accountId < b.accountId ? -1 : 1)),
    {
      ...{ line: 'total', accounts: 2, lines: 3, quantity: '15.5', includedQuantity: '0' },
      ...{ beforeCredits: 41, afterCredits: 47, refused, unchangedAccounts: 1, accountsWithHolds: 0 },
      inexactAccounts: 0,
      more: { accounts: 1, credits: 6, most: [{ accountId: other.id, beforeCredits: 33, afterCredits: 39 }] },
      less: { accounts: 0, credits: 0, most: [] },
    },
  ]);
});

it('names those first who would pay most more, and most less, and no more than a hundred', async () => {
  const accounts = await Promise.all(
    Array.from({ length: 103 }, async (_, at) => {
      const one = await openAccount(scrip);
      await one.grant(1_000);
      await usageOf(scrip, one.id).use({ meter: minutes, quantity: at === 0 ? 30 : 1 + (at % 3) });
      return one.id;
    }),
  );
  const { total } = await simulated(minutes, perUnit(4));
  expect(total).toMatchObject({ accounts: 103, more: { accounts: 103 }, less: { accounts: 0, credits: 0, most: [] } });
  const rises = total.more.most.map(({ beforeCredits, afterCredits }: Record<string, number>) => [
    (afterCredits ?? 0) - (beforeCredits ?? 0),
  ]);
  expect(total.more.most[0]).toEqual({ accountId: accounts[0], beforeCredits: 50, afterCredits: 120 });
  expect(rises.flat()).toEqual([...rises.flat()].sort((a, b) => b - a));
  expect(rises).toHaveLength(100);
  const cheaper = (await simulated(minutes, perUnit(1))).total;
  expect(cheaper.less.most[0]).toEqual({ accountId: accounts[0], beforeCredits: 50, afterCredits: 30 });
  expect(cheaper.less).toMatchObject({ accounts: 103, credits: cheaper.beforeCredits - cheaper.afterCredits });
});

it('goes on in the month from where the account stood when the span began', async () => {
  await usage.use({ meter: minutes, quantity: 6 });
  from = mark();
  expect((await usage.use({ meter: minutes, quantity: 6 })).body.amount).toBe(14);
  expect((await simulated(minutes, MONTHLY)).accounts).toEqual([`${account.id}: 14 -> 14`]);
  expect((await simulated(minutes, twice)).accounts).toEqual([`${account.id}: 14 -> 28`]);
  // A match that no version had has not been used before.
  const [price] = twice.prices;
  const ofFilms = { prices: [{ ...price, match: { kind: 'film' } }, ...MONTHLY.prices] };
  await usage.use({ meter: minutes, quantity: 4, dimensions: { kind: 'film' } });
  expect((await simulated(minutes, ofFilms)).accounts).toEqual([`${account.id}: 18 -> ${14 + 24}`]);
});

it('carries what was carried into the span, and rounds up where the draft does', async () => {
  await usage.use({ meter: calls, quantity: 1 });
  from = mark();
  const answers = [await usage.use({ meter: calls, quantity: 500 }), await usage.use({ meter: calls, quantity: 600 })];
  expect(answers.map(({ body }) => body.amount)).toEqual([0, 1]);
  expect((await simulated(calls, CARRIED)).accounts).toEqual([`${account.id}: 1 -> 1`]);
  expect((await simulated(calls, perUnit(1, 100, { rounding: 'carry' }))).accounts).toEqual([`${account.id}: 1 -> 11`]);
  expect((await simulated(calls, perUnit(1, 1_000))).accounts).toEqual([`${account.id}: 1 -> 2`]);
});

it('leaves out what was undone, and prices what came behind it as it was then', async () => {
  const { body: first } = await usage.use({ meter: minutes, quantity: 6 });
  const { body: second } = await usage.use([
    { meter: minutes, quantity: 6 },
    { meter: minutes, quantity: 1 },
  ]);
  await usage.undo(first.id);
  await usage.use({ meter: minutes, quantity: 2 });
  await usage.undo(second.id, { lines: [1] });
  await usage.undo(second.id, { amount: 3 });
  const { body: last } = await usage.use({ meter: minutes, quantity: 3 });
  expect([second.amount, last.amount]).toEqual([15, 7]);
  // 14 of the second, then 2 * 3, since the counter stood at 7 by then, and the last from 8 on.
  expect((await simulated(minutes, MONTHLY)).accounts).toEqual([`${account.id}: ${14 + 6 + 7} -> ${14 + 6 + 7}`]);
  const { total } = await simulated(minutes, twice);
  expect(total).toMatchObject({ lines: 3, quantity: '11', beforeCredits: 27, afterCredits: 54 });
  await usage.correct(last.id, { meter: minutes, quantity: 4 });
  // A corrected spend counts as what it was corrected to.
  expect((await simulated(minutes, MONTHLY)).total).toMatchObject({ quantity: '12', beforeCredits: 28 });
});

it('says nothing of accounts of which all was undone', async () => {
  const { body } = await usage.use({ meter: minutes, quantity: 6 });
  await usage.undo(body.id);
  const { accounts, total } = await simulated(minutes, twice);
  expect(accounts).toEqual([]);
  expect(total).toMatchObject({ line: 'total', accounts: 0, quantity: '0', beforeCredits: 0, afterCredits: 0 });
});

it('goes by the time of the usage, whenever it was written', async () => {
  const { app } = scrip.running;
  const inSpan = mark();
  const to = mark();
  const tell = async (id: string, quantity: string, time: Date) => {
    const event = {
      ...{ accountId: account.id, source: '/test', id, type: minutes, isOfLines: false, time: time.toISOString() },
      lines: [{ meter: minutes, quantity, dimensions: {} }],
    };
    const { status } = await app
      .get(Posting, { strict: false })
      .post(await app.get(EventCommands, { strict: false }).of(event));
    expect(status).toBe(201);
  };
  await usage.use({ meter: minutes, quantity: 5 });
  await tell('late', '4', inSpan);
  await tell('too late', '3', new Date(from.getTime() - 1));
  await tell('at the end', '1', to);
  await tell('at the beginning', '2', from);
  const asked = { from, to };
  // 4 from 5 on, and 2 from 13 on: what is out of the span has moved the counter as well.
  const same = await simulate(scrip, minutes, { draft: MONTHLY, ...asked });
  expect(same.total).toMatchObject({ lines: 2, quantity: '6', beforeCredits: 14, afterCredits: 14 });
  expect((await simulate(scrip, minutes, { draft: twice, ...asked })).total).toMatchObject({ afterCredits: 28 });
});

it('names usage that the draft has no price for, which would not have been counted either', async () => {
  const films = { kind: 'film' };
  await usage.use({ meter: minutes, quantity: 6, dimensions: films });
  await usage.use([{ meter: minutes, quantity: 2 }]);
  await usage.use({ meter: minutes, quantity: 3, dimensions: { kind: 'song' } });
  await usage.undo((await usage.use({ meter: minutes, quantity: 1, dimensions: { kind: 'gone' } })).body.id);
  const [price] = MONTHLY.prices;
  const onlyFilms = { prices: [{ ...price, match: films }] };
  const refused = {
    ...{ lines: 2, quantity: '5', beforeCredits: 13 },
    usage: [
      { type: 'usage-not-priced', dimensions: {}, lines: 1 },
      { type: 'usage-not-priced', dimensions: { kind: 'song' }, lines: 1 },
    ],
  };
  const { lines, total } = await simulated(minutes, onlyFilms);
  expect(lines[1]).toMatchObject({ accountId: account.id, beforeCredits: 31, afterCredits: 18, refused });
  expect(total).toMatchObject({ beforeCredits: 31, afterCredits: 18, refused });
});

it('names usage that the draft would make dearer than a request may be', async () => {
  await usage.use({ meter: minutes, quantity: 3 });
  await usage.use({ meter: minutes, quantity: 2 });
  const { total } = await simulated(minutes, perUnit(400_000_000_000));
  expect(total).toMatchObject({
    ...{ beforeCredits: 15, afterCredits: 800_000_000_000 },
    refused: { lines: 1, quantity: '3', usage: [{ type: 'price-out-of-range', dimensions: {}, lines: 1 }] },
  });
});

it('names the first twenty kinds of it, and counts the rest', async () => {
  await usage.use(
    Array.from({ length: 20 }, (_, at) => ({ meter: minutes, quantity: 1, dimensions: { kind: `${at}` } })),
  );
  await usage.use(['a', 'b', '1'].map((kind) => ({ meter: minutes, quantity: 1, dimensions: { kind } })));
  const { total } = await simulated(minutes, { prices: [{ match: { kind: 'film' }, credits: 1 }] });
  expect(total.refused).toMatchObject({ lines: 23, quantity: '23' });
  expect(total.refused.usage).toHaveLength(20);
  expect(total.refused.usage[1]).toEqual({ type: 'usage-not-priced', dimensions: { kind: '1' }, lines: 2 });
});

it('takes captures of holds for usage, and says where holds were', async () => {
  const hold = async (quantity: number) => {
    const asked = { accountId: account.id, meter: minutes, quantity };
    const { body } = await scrip.call('POST', '/v1/holds', asked, { idempotencyKey: 'hold' });
    return `/v1/accounts/${account.id}/holds/${body.id}`;
  };
  const captured = await hold(6);
  expect((await usage.use({ meter: minutes, quantity: 6 })).body.amount).toBe(14);
  const capture = await scrip.call('POST', `${captured}/captures`, { quantity: 6 }, { idempotencyKey: 'capture' });
  expect([capture.status, capture.body.amount]).toEqual([201, 18]);
  const same = await simulated(minutes, MONTHLY);
  expect(same.lines[1]).toMatchObject({ lines: 2, quantity: '12', hadHolds: true, exact: false });
  expect(same.accounts).toEqual([`${account.id}: 32 -> 32`]);
  expect(same.total).toMatchObject({ accounts: 1, accountsWithHolds: 1, inexactAccounts: 1 });
  // Neither by the month nor carried: what was reserved meanwhile bears on nothing.
  const perRequest = await simulated(minutes, perUnit(2));
  expect(perRequest.lines[1]).toMatchObject({ afterCredits: 24, hadHolds: true, exact: true });
  expect(perRequest.total).toMatchObject({ accountsWithHolds: 1, inexactAccounts: 0 });
  expect((await simulated(minutes, perUnit(2, 1, { rounding: 'carry' }))).lines[1]).toMatchObject({ exact: false });
  expect((await simulated(minutes, twice)).accounts).toEqual([`${account.id}: 32 -> 64`]);
  await usage.use({ meter: calls, quantity: 1 });
  expect((await simulated(calls, CARRIED)).lines[1]).toMatchObject({ hadHolds: false });
});

it('knows what was used weeks before the span, as far as it bears on it', async () => {
  const day = 86_400_000;
  const toNextMonth = () => {
    const now = scrip.clock.now();
    scrip.clock.advance(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime());
  };
  await usage.use({ meter: calls, quantity: 1 });
  toNextMonth();
  await usage.use({ meter: minutes, quantity: 6 });
  scrip.clock.advance(20 * day);
  from = mark();
  await usage.use([
    { meter: minutes, quantity: 6 },
    { meter: calls, quantity: 500 },
  ]);
  const to = mark();
  scrip.clock.advance(40 * day);
  const after = async (meter: string, draft: object) => (await simulate(scrip, meter, { draft, from, to })).accounts;
  expect(await after(minutes, twice)).toEqual([`${account.id}: 14 -> 28`]);
  expect(await after(minutes, perUnit(3))).toEqual([`${account.id}: 14 -> 18`]);
  expect(await after(calls, CARRIED)).toEqual([`${account.id}: 0 -> 0`]);
  expect(await after(calls, perUnit(1, 1_000))).toEqual([`${account.id}: 0 -> 1`]);
});
