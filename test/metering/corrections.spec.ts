import { openAccount, outcomeOf } from '../support/shop/account.js';
import { useTwoProcesses } from '../support/shop/two-processes.js';
import { CARRIED, haveMeters, MONTHLY, pricesOf, usageOf } from '../support/shop/usage.js';

const { scrip, other, account, usage } = useTwoProcesses({ minutes: MONTHLY, calls: CARRIED }, { credits: 0 });

const minutes = (quantity: number) => ({ meter: 'minutes', quantity });
const calls = (quantity: number) => ({ meter: 'calls', quantity });
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(scrip.clock.now().getTime() + days * DAY_MS).toISOString();

it('undoes the spend and makes another in its place, of the same usage but for its lines', async () => {
  await account.grant(100);
  const said = { description: 'A film', metadata: { b: '1', a: '2' } };
  const { body: wrong } = await usage.use([minutes(6), calls(1)], 'job', said);
  const { body: behind } = await usage.use(minutes(6));
  expect([wrong.amount, behind.amount]).toEqual([19, 14]);
  const answer = await usage.correct(wrong.id, minutes(4));
  // Behind it stand six minutes: four at 3.
  expect(answer).toMatchObject({
    status: 201,
    body: {
      ...{ amount: 12, balance: 74, available: 74, corrects: wrong.id, ...said },
      reversal: { seq: 4, amount: 19, lines: [0, 1], reason: 'it was wrong', correctedBy: answer.body.id },
    },
  });
  expect(pricesOf(answer)).toEqual(['12 -> 12']);
  expect(Object.keys(answer.body.metadata)).toEqual(['b', 'a']);
  expect(await usage.counters()).toEqual(['calls {}: 0', 'minutes {}: 10', 'calls {} carries 0']);
  expect(await account.entries()).toEqual(['grant +100', 'spend -19', 'spend -14', 'spend_reversal +19', 'spend -12']);
  const { data } = (await scrip.call('GET', `/v1/accounts/${account.id}/entries?limit=2`)).body;
  const actors = new Set(data.map(({ actor }: { actor: string }) => actor));
  expect(data.map(({ reason }: { reason: string }) => reason)).toEqual(['it was wrong', 'it was wrong']);
  expect([...actors]).toEqual([expect.stringMatching(/^key_/)]);
});

it('shows in both receipts, and in the list', async () => {
  await account.grant(100);
  const { body: wrong } = await usage.use(minutes(6), 'job', { metadata: { b: '1', a: '2' } });
  const { body: right } = await usage.correct(wrong.id, minutes(2));
  const { body: old } = await usage.receipt(wrong.id);
  expect(old).toMatchObject({
    ...{ reversed: 18, corrects: null, correctedBy: right.id, reversals: [right.reversal] },
    lines: [{ undone: true, reversed: 18 }],
  });
  const { body: now } = await usage.receipt(right.id);
  expect(now).toMatchObject({
    ...{ amount: 6, reversed: 0, corrects: wrong.id, correctedBy: null, reversals: [] },
    ...{ usedAt: old.usedAt, lines: [{ undone: false, reversed: 0 }], balanceBefore: 100, balanceAfter: 94 },
  });
  expect([old, now].map(({ metadata }) => Object.keys(metadata))).toEqual([
    ['b', 'a'],
    ['b', 'a'],
  ]);
  expect((await scrip.call('GET', `/v1/spends?accountId=${account.id}`)).body.data).toEqual([now, old]);
});

it('may itself be corrected, any number of times, by any process; each spend once', async () => {
  await account.grant(100);
  const chain = [(await usage.use(minutes(1))).body.id];
  for (const [index, quantity] of [2, 3, 4].entries()) {
    const { body } = await usageOf(index % 2 === 0 ? other : scrip, account.id).correct(
      chain.at(-1),
      minutes(quantity),
    );
    chain.push(body.id);
  }
  expect(await usage.counters()).toEqual(['minutes {}: 4']);
  expect(await account.standing()).toMatchObject({ balance: 88 });
  for (const [index, id] of chain.slice(0, -1).entries()) {
    const refused = await usage.correct(id, minutes(9));
    expect(outcomeOf(refused)).toBe('spend-already-corrected');
    expect(refused.body).toMatchObject({ status: 409, spendId: id, correctedBy: chain[index + 1] });
  }
  expect((await usage.receipt(chain[2])).body).toMatchObject({ corrects: chain[1], correctedBy: chain[3] });
});

it('is priced by the time of the spend that it corrects: by its versions and its month', async () => {
  await account.grant(1_000);
  await haveMeters(scrip, {
    planned: { prices: [{ match: {}, credits: 2 }] },
    unused: { prices: [{ match: {}, credits: 2 }] },
  });
  for (const meter of ['planned', 'unused'])
    await scrip.call('POST', `/v1/meters/${meter}/rates`, {
      prices: [{ match: {}, credits: 50 }],
      effectiveAt: inDays(1),
    });
  const { body: wrong } = await usage.use([{ meter: 'planned', quantity: 3 }, minutes(10)]);
  expect(wrong.amount).toBe(36);
  scrip.clock.advance(40 * DAY_MS);
  // In the new month, units are dear again.
  expect((await usage.use(minutes(2))).body.amount).toBe(6);
  expect((await usage.use({ meter: 'planned', quantity: 1 })).body.amount).toBe(50);
  const right = await usage.correct(wrong.id, [
    { meter: 'planned', quantity: 4 },
    { meter: 'unused', quantity: 1 },
    minutes(11),
  ]);
  expect(pricesOf(right)).toEqual(['8 -> 8', '2 -> 2', '31 -> 31']);
  expect((await usage.receipt(right.body.id)).body.usedAt).toBe(wrong.createdAt);
  // And so is the correction of the correction.
  expect((await usage.correct(right.body.id, [{ meter: 'planned', quantity: 1 }])).body.amount).toBe(2);
  expect(await usage.counters()).toContain('minutes {}: 2');
});

it('first takes what was given back, though its time is over; what is left of that lapses', async () => {
  await account.grant(10, { expiresAt: inDays(1) });
  await account.grant(10);
  const { body: wrong } = await usage.use(minutes(3));
  scrip.clock.advance(2 * DAY_MS);
  expect((await account.standing()).balance).toBe(10);
  expect((await usage.correct(wrong.id, minutes(2))).body).toMatchObject({ amount: 6, balance: 10, available: 10 });
  expect(await account.entries()).toEqual([
    ...['grant +10', 'grant +10', 'spend -9', 'expiry -1', 'spend_reversal +9', 'spend -6', 'expiry -3'],
  ]);
});

it('takes what was given back before credits that would be taken first by now', async () => {
  const { body: old } = await account.grant(20);
  const { body: wrong } = await usage.use(minutes(3));
  const { body: sooner } = await account.grant(20, { priority: 1 });
  expect((await usage.correct(wrong.id, minutes(4))).body.allocations).toEqual([
    { grantId: old.id, amount: 9 },
    { grantId: sooner.id, amount: 3 },
  ]);
});

it('takes less than was given back of what was taken first', async () => {
  const { body: first } = await account.grant(5, { priority: 1 });
  const { body: second } = await account.grant(20);
  const { body: wrong } = await usage.use(minutes(3));
  expect(wrong.allocations).toEqual([
    { grantId: first.id, amount: 5 },
    { grantId: second.id, amount: 4 },
  ]);
  expect((await usage.correct(wrong.id, minutes(2))).body.allocations).toEqual([
    { grantId: first.id, amount: 5 },
    { grantId: second.id, amount: 1 },
  ]);
});

it('takes more than was given back of what remains, and goes into debt for the rest', async () => {
  await account.grant(10);
  await account.grant(5, { priority: 90 });
  const { body: wrong } = await usage.use(minutes(2));
  await account.hold(9);
  const { body: right } = await usage.correct(wrong.id, minutes(6));
  expect(right).toMatchObject({ amount: 18, balance: -3, available: -12 });
  expect(right.allocations.map(({ amount }: { amount: number }) => amount)).toEqual([10, 5]);
  // What was debt is repaid first, and taken again.
  expect((await usage.correct(right.id, minutes(5))).body).toMatchObject({ amount: 15, balance: 0, available: -9 });
  await account.grant(9);
  expect(await account.standing()).toEqual({ balance: 9, held: 9, available: 0 });
});

it('leaves what was debt and was paid since, not what lapses, where it takes less', async () => {
  await account.grant(3, { expiresAt: inDays(1) });
  const { body: first } = await usage.use(minutes(1));
  const { body: second } = await usage.correct(first.id, { meter: 'pages', quantity: 5 });
  expect(second.balance).toBe(-2);
  await account.grant(10);
  scrip.clock.advance(2 * DAY_MS);
  // Three come back to the grant that is over, and two that were debt to a new one. Four are taken as they would have
  // been at first: three, and one of debt.
  expect((await usage.correct(second.id, { meter: 'pages', quantity: 4 })).body).toMatchObject({
    amount: 4,
    balance: 9,
  });
  expect((await account.entries()).slice(-2)).toEqual(['spend_reversal +5', 'spend -4']);
});

it('of a spend that was given back in part undoes what is left', async () => {
  await account.grant(100);
  const { body: byLines } = await usage.use([minutes(2), minutes(3), minutes(4)]);
  await usage.undo(byLines.id, { lines: [1] });
  expect((await usage.correct(byLines.id, minutes(1))).body).toMatchObject({
    ...{ amount: 3, balance: 97 },
    reversal: { amount: 18, lines: [0, 2] },
  });
  const { body: byAmount } = await usage.use(minutes(4));
  await usage.undo(byAmount.id, { amount: 5 });
  // The gift was of a spend that is no more.
  expect((await usage.correct(byAmount.id, minutes(2))).body).toMatchObject({
    ...{ amount: 6, balance: 91 },
    reversal: { amount: 7, lines: [0] },
  });
  const { body: byAll } = await usage.use(minutes(1));
  await usage.undo(byAll.id, { amount: 3 });
  expect((await usage.correct(byAll.id, minutes(2))).body).toMatchObject({
    ...{ amount: 6, balance: 85 },
    reversal: { amount: 0, lines: [0], allocations: [] },
  });
  expect(await usage.counters()).toEqual(['minutes {}: 5']);
});

it('of what was captured of a hold goes by its month and version, and leaves the hold as it is', async () => {
  await account.grant(100);
  const { body: hold } = await usage.hold(minutes(6));
  const { body: captured } = await usage.capture(hold.id, { quantity: 4, final: false });
  await usage.use(minutes(6));
  // Behind the two that the hold still reserves, and six more.
  expect((await usage.correct(captured.id, minutes(3))).body).toMatchObject({
    ...{ amount: 7, corrects: captured.id, holdId: null, reversal: { amount: 12 } },
  });
  expect((await account.holdNow(hold.id)).body).toMatchObject({ status: 'active', captured: 12 });
  expect((await usage.capture(hold.id, { quantity: 2 })).body.amount).toBe(6);
  expect(await usage.counters()).toEqual(['minutes {}: 11']);
});

it('to nothing costs nothing, and can be corrected to something', async () => {
  await account.grant(10);
  const { body: wrong } = await usage.use(minutes(3));
  const { body: none } = await usage.correct(wrong.id, minutes(0));
  expect(none).toMatchObject({ amount: 0, balance: 10, allocations: [] });
  expect((await usage.correct(none.id, minutes(1))).body).toMatchObject({
    amount: 3,
    reversal: { amount: 0, lines: [0] },
  });
});

it('is answered the same when it is sent again, in whatever form, and not for anything else', async () => {
  await account.grant(100);
  const { body: wrong } = await usage.use(minutes(3));
  const first = await usage.correct(wrong.id, { meter: 'minutes', quantity: 2 }, 'k');
  const again = await usageOf(other, account.id).correct(wrong.id, [{ meter: 'minutes', quantity: '2.0' }], 'k');
  expect([outcomeOf(first), outcomeOf(again)]).toEqual(['accepted', 'replayed']);
  expect(again.body).toEqual(first.body);
  expect(outcomeOf(await usage.correct(wrong.id, minutes(1), 'k'))).toBe('idempotency-key-reused');
  expect(outcomeOf(await account.spend(1, 'k'))).toBe('idempotency-key-reused');
});

it('refuses what cannot be corrected, and changes nothing', async () => {
  await account.grant(100);
  const { body: plain } = await account.spend(5);
  const { body: captured } = await account.capture((await account.hold(5)).body.id, 5);
  const { body: undone } = await usage.use(minutes(1));
  await usage.undo(undone.id);
  const { body: spend } = await usage.use(minutes(1));
  const stranger = await openAccount(scrip);
  const before = [await account.entries(), await usage.counters()];
  const outcomes = await Promise.all(
    [
      usage.correct(plain.id, minutes(1)),
      usage.correct(captured.id, minutes(1)),
      usage.correct(undone.id, minutes(1)),
      usage.correct('spd_00000000000000000000000000', minutes(1)),
      usage.correct(
        spend.id.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')),
        minutes(1),
      ),
      usage.correct('nonsense', minutes(1)),
      usageOf(scrip, stranger.id).correct(spend.id, minutes(1)),
      usageOf(scrip, 'nobody').correct(spend.id, minutes(1)),
      usage.correct(spend.id, { meter: 'nothing', quantity: 1 }),
      usage.correct(spend.id, minutes(999_999_999_999)),
    ].map(async (answer) => outcomeOf(await answer)),
  );
  expect(outcomes).toEqual([
    ...['spend-of-amount', 'spend-of-amount', 'spend-already-reversed', 'spend-not-found', 'spend-not-found'],
    ...['spend-not-found', 'spend-not-found', 'account-not-found', 'meter-not-found', 'price-out-of-range'],
  ]);
  expect([await account.entries(), await usage.counters()]).toEqual(before);
});

it.each<[pointer: string, body: object]>([
  ['/quantity', { meter: 'minutes', reason: 'r' }],
  ['/reason', { lines: [minutes(1)] }],
  ['/lines', { lines: [], reason: 'r' }],
  ['/lines', { lines: Array(21).fill(minutes(1)), reason: 'r' }],
  ['/lines/0/quantity', { lines: [{ meter: 'minutes', quantity: -1 }], reason: 'r' }],
  ['/amount', { lines: [minutes(1)], reason: 'r', amount: 3 }],
])('refuses a wrong %s', async (pointer, body) => {
  await account.grant(10);
  const { body: spend } = await usage.use(minutes(1));
  const path = `/v1/accounts/${account.id}/spends/${spend.id}/corrections`;
  const refused = await scrip.call('POST', path, body, { idempotencyKey: 'k' });
  expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed', errors: [{ pointer }] } });
  expect(outcomeOf(await scrip.call('POST', path, { lines: [minutes(1)], reason: 'r' }))).toBe(
    'idempotency-key-required',
  );
});
