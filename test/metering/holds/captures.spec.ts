import { LedgerSweep } from '../../../src/ledger/sweep.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { outcomeOf } from '../../support/shop/account.js';
import { useTwoProcesses } from '../../support/shop/two-processes.js';
import { CARRIED, haveMeters, MONTHLY, pricesOf, usageOf } from '../../support/shop/usage.js';

const { scrip, other, account, usage } = useTwoProcesses({ minutes: MONTHLY, calls: CARRIED }, { credits: 200 });
let clock: StoppedClock;

beforeAll(() => {
  clock = stopClock(scrip.clock);
  other.clock.now = () => clock.now();
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

const minutes = (quantity: number) => ({ meter: 'minutes', quantity });
const calls = (quantity: number) => ({ meter: 'calls', quantity });

it('holds what lines are expected to cost, shows them, and spends what was used of them', async () => {
  const { body: quote } = await scrip.call('POST', '/v1/quotes', { accountId: account.id, lines: [minutes(6)] });
  const placed = await usage.hold(minutes(6));
  expect(placed).toMatchObject({
    status: 201,
    body: { amount: 18, captured: 0, status: 'active', lines: quote.lines },
  });
  expect(await account.standing()).toEqual({ balance: 200, held: 18, available: 182 });
  expect((await account.holdNow(placed.body.id)).body).toEqual(placed.body);
  expect((await scrip.call('GET', `/v1/holds?accountId=${account.id}`)).body.data).toEqual([placed.body]);

  const captured = await usage.capture(placed.body.id, { quantity: 2.5 });
  const hold = { ...placed.body, captured: 8, status: 'captured' };
  const lines = [{ ...quote.lines[0], quantity: '2.5', price: '7.5', credits: 8 }];
  expect(captured).toMatchObject({ status: 201, body: { amount: 8, balance: 192, available: 192, lines, hold } });
  const { body: receipt } = await usage.receipt(captured.body.id);
  expect(receipt).toMatchObject({ amount: 8, holdId: placed.body.id, lines });
  expect(await usage.counters()).toEqual(['minutes {}: 2.5']);
});

it('keeps its place in the tiers of the month, which nobody else has meanwhile', async () => {
  const { body: first } = await usage.hold(minutes(6));
  const { body: second } = await usageOf(other, account.id).hold(minutes(6));
  expect([first.amount, second.amount]).toEqual([18, 14]);
  expect(pricesOf(await usage.use(minutes(2)))).toEqual(['2 -> 2']);
  expect(await usage.counters()).toEqual(['minutes {}: 14']);
  expect(pricesOf(await usageOf(other, account.id).capture(second.id, { lines: [minutes(6)] }))).toEqual(['14 -> 14']);
  expect(pricesOf(await usage.capture(first.id, { lines: [minutes(4)] }))).toEqual(['12 -> 12']);
  // What was not used comes after all that was.
  expect(await usage.counters()).toEqual(['minutes {}: 12']);
  expect(pricesOf(await usage.use(minutes(1)))).toEqual(['1 -> 1']);
});

it('goes on from capture to capture, and beyond what it has reserved behind all that was used', async () => {
  const { body: hold } = await usage.hold(minutes(6));
  await usage.use(minutes(6));
  const parts = [
    await usage.capture(hold.id, { quantity: 4, final: false }),
    await usage.capture(hold.id, { quantity: 4, final: false, overage: 'available' }),
    await usage.capture(hold.id, { quantity: 1, final: false, overage: 'available' }),
  ];
  // Two of the second lie in the hold, and two behind twelve.
  expect(parts.map(pricesOf)).toEqual([['12 -> 12'], ['8 -> 8'], ['1 -> 1']]);
  expect(parts.map(({ body }) => [body.hold.captured, body.hold.status])).toEqual([
    [12, 'active'],
    [20, 'active'],
    [21, 'active'],
  ]);
  expect(await usage.counters()).toEqual(['minutes {}: 15']);
  expect((await account.holdNow(hold.id)).body).toMatchObject({ amount: 18, captured: 21, status: 'active' });
  expect(await account.standing()).toEqual({ balance: 165, held: 0, available: 165 });
  await account.release(hold.id);
  // All of it costs what fifteen at once would have cost.
  expect(200 - (await account.standing()).balance).toBe(30 + 5);
});

describe('with fractions that are carried', () => {
  it('may hold nothing, and spends nothing', async () => {
    await usage.use(calls(1));
    const placed = await usage.hold(calls(1));
    expect(placed).toMatchObject({ status: 201, body: { amount: 0, lines: [{ price: '0.001', credits: 0 }] } });
    const captured = await usage.capture(placed.body.id, { quantity: 1 });
    expect(captured.body).toMatchObject({ amount: 0, hold: { captured: 0, status: 'captured' } });
    expect(await account.entries()).toEqual(['grant +200', 'spend -1', 'spend 0']);
    expect(await usage.counters()).toEqual(['calls {}: 2', 'calls {} carries -499/500']);
  });

  it('counts on each fraction once, and costs in all what one large call does', async () => {
    const holds = [];
    for (let one = 0; one < 4; one += 1) holds.push((await usage.hold(calls(500))).body);
    expect(holds.map(({ amount }) => amount)).toEqual([1, 1, 1, 1]);
    const taken = [];
    for (const { id } of holds) taken.push((await usage.capture(id, { quantity: 500 })).body.amount);
    expect(taken).toEqual([1, 0, 1, 0]);
    expect(await usage.counters()).toEqual(['calls {}: 2000', 'calls {} carries 0']);
  });

  it('spends all that was expected in any parts, whatever else is used and undone between them', async () => {
    await usage.use(calls(400));
    const { body: hold } = await usage.hold(calls(1_000));
    expect(hold.amount).toBe(1);
    const parts = [];
    for (let part = 0; part < 10; part += 1) {
      const taken = await usage.capture(hold.id, { quantity: 100, final: false });
      expect(outcomeOf(taken)).toBe('accepted');
      parts.push(taken.body.amount);
      await usage.undo((await usage.use(calls(250))).body.id);
      await usage.use(calls(150));
    }
    expect(parts.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(1);
    await account.release(hold.id);
    await usage.use(calls(0.001));
    expect(200 - (await account.standing()).balance).toBe(Math.ceil((400 + 1_000 + 1_500) / 1_000));
  });
});

it('gives back what is unused of it when it is released, and when it expires, in any process', async () => {
  const { body: released } = await usage.hold([minutes(6), calls(100)]);
  await account.release(released.id);
  expect(await usage.counters()).toEqual(['calls {}: 0', 'minutes {}: 0']);
  await usage.hold([minutes(6), calls(100)], { expiresInSeconds: 60 });
  expect(pricesOf(await usage.use(minutes(6)))).toEqual(['14 -> 14']);
  clock.advance(61);
  expect(pricesOf(await usageOf(other, account.id).use(minutes(1)))).toEqual(['3 -> 3']);
  await usage.hold(minutes(2), { expiresInSeconds: 60 });
  clock.advance(61);
  // In the memory of the process that placed it.
  expect(pricesOf(await usage.use(minutes(1)))).toEqual(['3 -> 3']);
  await usage.hold(calls(1), { expiresInSeconds: 60 });
  clock.advance(61);
  await scrip.running.app.get(LedgerSweep).run();
  expect(await usage.counters()).toEqual(['calls {}: 0', 'minutes {}: 8']);
});

it('comes behind what another process has used for nothing, which shows in no sum', async () => {
  await usage.use(calls(1));
  await usage.use(calls(1));
  expect((await usageOf(other, account.id).use(calls(1))).body.amount).toBe(0);
  // From the memory of the process that has not seen it.
  expect((await usage.hold(calls(10))).body.amount).toBe(0);
  expect(await usage.counters()).toEqual(['calls {}: 13', 'calls {} carries -987/1000']);
});

it('that holds no credits is known to every process, and over for it when its time is', async () => {
  await usage.use(calls(1));
  const { body: hold } = await usage.hold(calls(10), { expiresInSeconds: 60 });
  expect([hold.amount, await account.standing()]).toEqual([0, { balance: 199, held: 0, available: 199 }]);
  await usageOf(other, account.id).use(calls(1));
  expect(await usage.counters()).toEqual(['calls {}: 12', 'calls {} carries -247/250']);
  clock.advance(61);
  await usageOf(other, account.id).use(calls(1));
  expect(await usage.counters()).toEqual(['calls {}: 3', 'calls {} carries -997/1000']);
  expect(outcomeOf(await usage.capture(hold.id, { quantity: 1 }))).toBe('hold-already-expired');
});

it('that holds nothing, and has nothing reserved or left, is over when its time is', async () => {
  const { body: nothing } = await usage.hold(minutes(0), { expiresInSeconds: 60 });
  const { body: all } = await usage.hold(minutes(1), { expiresInSeconds: 60 });
  await usage.capture(all.id, { quantity: 1, final: false });
  expect(await account.standing()).toEqual({ balance: 197, held: 0, available: 197 });
  clock.advance(61);
  await scrip.running.app.get(LedgerSweep).run();
  const rows = await scrip.sql('select id, status from holds where account_id = $1 order by id', [account.id]);
  expect(rows).toEqual([nothing, all].map(({ id }) => ({ id, status: 'expired' })));
});

it('that a process of the version before has ended gives back its reserve when the account is read', async () => {
  const { body: hold } = await usage.hold([minutes(6), calls(500)]);
  await usage.use(calls(500));
  expect(await usage.counters()).toEqual(['calls {}: 1000', 'minutes {}: 6', 'calls {} carries -1/2']);
  // As that one writes it: a word of what is reserved is in none of its statements.
  await scrip.sql(`update holds set status = 'released', ended_at = $2 where id = $1`, [hold.id, clock.now()]);
  await scrip.sql('update balances set held = held - $2, holds_changed = holds_changed + 1 where account_id = $1', [
    account.id,
    hold.amount,
  ]);
  expect((await scrip.checkBooks()).findings).toEqual([]);
  expect(pricesOf(await usage.use(minutes(1)))).toEqual(['3 -> 3']);
  expect(await usage.counters()).toEqual(['calls {}: 500', 'minutes {}: 1', 'calls {} carries -1/2']);
});

it('is priced by its own version, and counted in its own month, however long it takes', async () => {
  const meter = `turns-${account.id}`;
  await haveMeters(scrip, { [meter]: { prices: [{ match: {}, credits: 2 }] } });
  const later = new Date(clock.now().getTime() + 3_600_000).toISOString();
  const dearer = {
    prices: [
      { match: {}, credits: 5 },
      { match: { kind: 'b' }, credits: 7 },
    ],
    effectiveAt: later,
  };
  expect((await scrip.call('POST', `/v1/meters/${meter}/rates`, dearer)).status).toBe(201);
  const { body: hold } = await usage.hold({ meter, quantity: 10 }, { expiresInSeconds: 604_800 });
  const { body: plain } = await account.hold(50, 604_800);
  clock.advance(7_200);
  expect(pricesOf(await usage.use({ meter, quantity: 1 }))).toEqual(['5 -> 5']);
  const lines = [{ meter, quantity: 3 }, { meter, quantity: 1, dimensions: { kind: 'b' } }, minutes(1)];
  // Of usage that it was not estimated by as well, and of a hold that was of an amount.
  for (const { id, createdAt } of [hold, plain]) {
    const captured = await usage.capture(id, { lines });
    expect((await usage.receipt(captured.body.id)).body.usedAt).toBe(createdAt);
    expect(pricesOf(captured)).toEqual(['6 -> 6', '2 -> 2', '3 -> 3']);
    expect(captured.body.lines.map(({ rateVersion }: { rateVersion: number }) => rateVersion)).toEqual([1, 1, 1]);
  }
});

it('is counted in the month in which it was placed, also when that is over', async () => {
  const [year, month] = [clock.now().getUTCFullYear(), clock.now().getUTCMonth()];
  const nextMs = Date.UTC(year, month + 1, 1);
  clock.advance((nextMs - 60_000 - clock.now().getTime()) / 1_000);
  const { body: hold } = await usage.hold(minutes(8));
  const { body: plain } = await account.hold(50);
  clock.advance(120);
  expect(pricesOf(await usage.use(minutes(10)))).toEqual(['30 -> 30']);
  expect(pricesOf(await usageOf(other, account.id).capture(hold.id, { quantity: 6 }))).toEqual(['18 -> 18']);
  // Six of the old month are used by then.
  expect(pricesOf(await usage.capture(plain.id, { lines: [minutes(6)] }))).toEqual(['14 -> 14']);
  const nameOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 7)} minutes {}`;
  expect((await usage.kept()).used).toEqual({ [nameOf(nextMs - 1)]: '12', [nameOf(nextMs)]: '10' });
});
