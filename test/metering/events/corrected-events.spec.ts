import { Posting } from '../../../src/ledger/posting.js';
import { EventCommands } from '../../../src/ledger/usage/event-commands.js';
import type { UsageEvent } from '../../../src/ledger/usage/usage-events.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { useTwoProcesses } from '../../support/shop/two-processes.js';
import { type AskedLine, MONTHLY } from '../../support/shop/usage.js';

const DAY_MS = 86_400_000;

const { scrip, other, account, usage } = useTwoProcesses({ minutes: MONTHLY });

const NAME = { source: '/renderer', id: 'job 42' };
const minutes = (quantity: number): AskedLine => ({ meter: 'minutes', quantity });
const eventOf = (quantity: string, more: Partial<UsageEvent> = {}): UsageEvent => ({
  ...{ accountId: account.id, ...NAME, type: 'minutes', isOfLines: false },
  lines: [{ meter: 'minutes', quantity, dimensions: {} }],
  ...more,
});
const send = async (event: UsageEvent, at = scrip) => {
  const { app } = at.running;
  return app.get(Posting, { strict: false }).post(await app.get(EventCommands, { strict: false }).of(event));
};
const correct = (lines: AskedLine[], { key = 'k', at = scrip, more = {} } = {}) =>
  at.call(
    'POST',
    '/v1/usage/corrections',
    { accountId: account.id, ...NAME, lines, reason: 'it was wrong', ...more },
    { idempotencyKey: key },
  );

it('an event is corrected by its name, of its own time, any number of times', async () => {
  const time = scrip.clock.now().toISOString();
  const first = JSON.parse((await send(eventOf('8', { time }))).body);
  scrip.clock.advance(32 * DAY_MS);
  const second = await correct([minutes(9)], { key: 'second' });
  expect(second).toMatchObject({ status: 201, body: { amount: 27, corrects: first.id, event: { ...NAME, time } } });
  const third = await correct([minutes(12)], { key: 'third', at: other });
  expect(third.body).toMatchObject({ amount: 32, corrects: second.body.id, event: { ...NAME, time } });
  expect((await usage.receipt(third.body.id)).body).toMatchObject({ usedAt: time, event: { ...NAME, time } });
  expect(await usage.counters()).toEqual(['minutes {}: 12']);
  expect(await account.standing()).toMatchObject({ balance: 68 });
  // By whichever name.
  expect((await usage.correct(third.body.id, minutes(1))).body).toMatchObject({ amount: 3, event: NAME });
  expect((await correct([minutes(2)], { key: 'fifth' })).body.amount).toBe(6);
});

it('is still the event that it was: sent again it costs nothing and is answered as at first', async () => {
  const first = await send(eventOf('8'));
  await correct([minutes(2)]);
  for (const at of [scrip, other]) expect(await send(eventOf('8'), at)).toEqual({ ...first, replayed: true });
  // What it should have been is another event of that name.
  await expect(send(eventOf('2'))).rejects.toMatchObject({ type: 'event-reused' });
  expect(await account.entries()).toEqual(['grant +100', 'spend -24', 'spend_reversal +24', 'spend -6']);
});

it('a correction that is sent again is answered as at first, though the event was corrected since', async () => {
  await send(eventOf('8'));
  const first = await correct([minutes(2)], { key: 'a' });
  await correct([minutes(3)], { key: 'b' });
  const again = await correct([{ meter: 'minutes', quantity: '2.00' }], { key: 'a', at: other });
  expect([outcomeOf(again), again.body]).toEqual(['replayed', first.body]);
  expect(outcomeOf(await correct([minutes(4)], { key: 'a' }))).toBe('idempotency-key-reused');
});

it('what is not there, or given back, is refused by its name', async () => {
  await send(eventOf('1'));
  const refused = async (more: object) => outcomeOf(await correct([minutes(1)], { more }));
  expect(await refused({ id: 'job 43' })).toBe('event-not-found');
  expect(await refused({ source: '/other' })).toBe('event-not-found');
  expect(await refused({ accountId: 'nobody' })).toBe('account-not-found');
  expect(await refused({ source: '/renderer job', id: '42' })).toBe('validation-failed');
  expect(await refused({ id: '' })).toBe('validation-failed');
  expect(await refused({ accountId: (await openAccount(scrip)).id })).toBe('event-not-found');
  await expect(send(eventOf('1000', { id: 'dear' }))).rejects.toMatchObject({ type: 'insufficient-credits' });
  expect(await refused({ id: 'dear' })).toBe('event-not-found');
  const { data } = (await scrip.call('GET', `/v1/spends?accountId=${account.id}`)).body;
  await usage.undo(data[0].id);
  expect(await refused({})).toBe('spend-already-reversed');
});
