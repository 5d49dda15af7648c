import { outcomeOf } from '../support/shop/account.js';
import { useTwoProcesses } from '../support/shop/two-processes.js';
import { CARRIED, MONTHLY, pricesOf, usageOf } from '../support/shop/usage.js';

const { other, account, usage } = useTwoProcesses({ minutes: MONTHLY, calls: CARRIED });

const minutes = (quantity: number) => ({ meter: 'minutes', quantity });

it('of a whole spend undoes its lines: the tiers stand as if it had never been', async () => {
  const first = await usage.use(minutes(6));
  expect((await usage.use(minutes(6))).body.amount).toBe(14);
  expect((await usage.undo(first.body.id)).body).toMatchObject({ amount: 18, reversed: 18, balance: 86 });
  expect(await usage.counters()).toEqual(['minutes {}: 6']);
  expect((await usage.use(minutes(6))).body.amount).toBe(14);
  expect(outcomeOf(await usage.undo(first.body.id))).toBe('reversal-exceeds-spend');
});

it('by lines undoes those, each once, by any process', async () => {
  const { body: spend } = await usage.use([minutes(6), minutes(6), minutes(6)]);
  expect(pricesOf({ body: spend } as never)).toEqual(['18 -> 18', '14 -> 14', '6 -> 6']);
  const elsewhere = usageOf(other, account.id);
  expect((await elsewhere.undo(spend.id, { lines: [1] })).body).toMatchObject({ amount: 14, reversed: 14 });
  expect(await usage.counters()).toEqual(['minutes {}: 12']);
  expect(outcomeOf(await usage.undo(spend.id, { lines: [0, 1] }))).toBe('line-already-reversed');
  expect((await usage.undo(spend.id, { lines: [0, 3] })).body).toMatchObject({ status: 404, line: 3 });
  expect((await usage.undo(spend.id)).body).toMatchObject({ amount: 24, reversed: 38 });
  expect(await usage.counters()).toEqual(['minutes {}: 0']);
  expect(await account.standing()).toMatchObject({ balance: 100 });
});

it('by an amount gives credits back, and what was used stays used', async () => {
  const { body: spend } = await usage.use([minutes(6), { meter: 'calls', quantity: 1, dimensions: { kind: 'odd' } }]);
  expect(spend.amount).toBe(19);
  expect((await usage.undo(spend.id, { amount: 3 })).body).toMatchObject({ amount: 3, reversed: 3 });
  const before = await usage.counters();
  expect(before).toEqual(['calls {"kind":"odd"}: 1', 'minutes {}: 6', 'calls {"kind":"odd"} carries -4/7']);
  // The last line has given its credit already, and two are gone of the first.
  expect((await usage.undo(spend.id, { lines: [1] })).body).toMatchObject({ amount: 0, reversed: 3 });
  expect((await usage.undo(spend.id)).body).toMatchObject({ amount: 16, reversed: 19, balance: 100 });
  expect(await usage.counters()).toEqual([
    ...['calls {"kind":"odd"}: 0', 'minutes {}: 0', 'calls {"kind":"odd"} carries 0'],
  ]);
});

it('of all credits by amounts leaves the lines to be undone, once', async () => {
  const { body: spend } = await usage.use(minutes(2));
  expect((await usage.undo(spend.id, { amount: 7 })).body).toMatchObject({
    ...{ status: 409, type: '/problems/reversal-exceeds-spend', reversibleCredits: 6, requestedCredits: 7 },
  });
  await usage.undo(spend.id, { amount: 6 });
  expect(outcomeOf(await usage.undo(spend.id, { amount: 1 }))).toBe('reversal-exceeds-spend');
  expect((await usage.undo(spend.id)).body).toMatchObject({ amount: 0, reversed: 6, allocations: [] });
  expect(outcomeOf(await usage.undo(spend.id))).toBe('reversal-exceeds-spend');
  expect(await account.entries()).toEqual(['grant +100', 'spend -6', 'spend_reversal +6', 'spend_reversal 0']);
});

it('of a spend of 0 gives nothing back, and the fraction is carried no more', async () => {
  const first = await usage.use({ meter: 'calls', quantity: 1 });
  const second = await usage.use({ meter: 'calls', quantity: 1 });
  expect((await usage.undo(first.body.id)).body.amount).toBe(1);
  expect(await usage.counters()).toContain('calls {} carries 1/1000');
  expect((await usage.use({ meter: 'calls', quantity: 1 })).body.amount).toBe(1);
  expect((await usage.undo(second.body.id)).body.amount).toBe(0);
  expect(await usage.counters()).toEqual(['calls {}: 1', 'calls {} carries -999/1000']);
});

it('is answered the same when it is sent again', async () => {
  const { body: spend } = await usage.use([minutes(1), minutes(2)]);
  const [first, again] = [
    await usage.undo(spend.id, { lines: [0] }, 'k'),
    await usage.undo(spend.id, { lines: [0] }, 'k'),
  ];
  expect([outcomeOf(first), outcomeOf(again)]).toEqual(['accepted', 'replayed']);
  expect(again.body).toEqual(first.body);
  expect(outcomeOf(await usage.undo(spend.id, { lines: [1] }, 'k'))).toBe('idempotency-key-reused');
});

it('repays debt first, and returns to the grant', async () => {
  const { body: spend } = await usage.use(minutes(6));
  await account.adjust(-90);
  expect((await usage.undo(spend.id)).body).toMatchObject({ amount: 18, balance: 10 });
  expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
});

it('of a spend of an amount knows no lines', async () => {
  const { body: spend } = await account.spend(5);
  expect(outcomeOf(await usage.undo(spend.id, { lines: [0] }))).toBe('line-not-found');
  expect((await usage.undo(spend.id)).body.amount).toBe(5);
});

it.each<[pointer: string, body: object]>([
  ['/amount', { amount: 1, lines: [0] }],
  ['/lines', { lines: [] }],
  ['/lines', { lines: [0, 0] }],
  ['/lines', { lines: [-1] }],
  ['/lines', { lines: [20] }],
  ['/lines', { lines: [0.5] }],
  ['/lines', { lines: ['0'] }],
  ['/lines', { lines: 0 }],
])('refuses a wrong %s', async (pointer, body) => {
  const { body: spend } = await usage.use(minutes(1));
  const refused = await usage.undo(spend.id, body);
  expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
  expect(refused.body.errors[0].pointer).toMatch(new RegExp(`^${pointer}`));
});
