import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { Posting } from '../../../src/ledger/posting.js';
import { EventCommands } from '../../../src/ledger/usage/event-commands.js';
import { findEventSpend } from '../../../src/ledger/usage/find-event.js';
import type { UsageEvent } from '../../../src/ledger/usage/usage-events.js';
import type { TestScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { useTwoProcesses } from '../../support/shop/two-processes.js';
import { usageOf } from '../../support/shop/usage.js';

const { scrip, other, account } = useTwoProcesses({ pages2: { prices: [{ match: {}, credits: 2 }] } });

const eventOf = (quantity: string, more: Partial<UsageEvent> = {}): UsageEvent => ({
  ...{ accountId: account.id, source: '/test', id: 'job 1', type: 'pages2', isOfLines: false },
  lines: [{ meter: 'pages2', quantity, dimensions: {} }],
  ...more,
});
const postTo = async (at: TestScrip, event: UsageEvent) => {
  const { app } = at.running;
  return app.get(Posting, { strict: false }).post(await app.get(EventCommands, { strict: false }).of(event));
};

it('an event is a spend once for ever, whatever time it is said to be of, and told the same to the byte', async () => {
  const first = await postTo(scrip, eventOf('3', { time: new Date(Date.now() - 60_000).toISOString() }));
  expect(first).toMatchObject({ status: 201, replayed: false });
  const spend = JSON.parse(first.body);
  expect(spend).toMatchObject({ amount: 6, lines: [{ credits: 6 }], event: { source: '/test', id: 'job 1' } });
  await account.spend(1);
  const { time: _, ...withoutTime } = eventOf('3');
  for (const at of [scrip, other]) {
    expect(await postTo(at, withoutTime)).toEqual({ ...first, replayed: true });
    expect(await postTo(at, { ...withoutTime, time: '2001-01-01T00:00:00.000Z' })).toEqual({
      ...first,
      replayed: true,
    });
  }
  expect((await usageOf(scrip, account.id).receipt(spend.id)).body).toMatchObject({ event: spend.event });
  expect(await account.entries()).toEqual(['grant +100', 'spend -6', 'spend -1']);
});

it.each<[name: string, more: Partial<UsageEvent>]>([
  ['more', { lines: [{ meter: 'pages2', quantity: '4', dimensions: {} }] }],
  ['a dimension', { lines: [{ meter: 'pages2', quantity: '3', dimensions: { a: '1' } }] }],
  ['another type', { type: 'pages', lines: [{ meter: 'pages', quantity: '3', dimensions: {} }] }],
  ['the same as a list of lines', { isOfLines: true }],
])('the name of an event refuses %s', async (_name, more) => {
  await postTo(scrip, eventOf('3'));
  for (const at of [scrip, other])
    await expect(postTo(at, eventOf('3', more))).rejects.toMatchObject({
      type: 'event-reused',
      facts: { accountId: account.id, source: '/test', id: 'job 1' },
    });
  expect(await account.entries()).toEqual(['grant +100', 'spend -6']);
});

it('names of events are told apart by account, source and id, and never meet an Idempotency-Key', async () => {
  const another = await openAccount(scrip);
  await another.grant(100);
  const others = [{ source: '/other' }, { id: 'job' }, { source: '/test/job', id: '1' }, { accountId: another.id }];
  for (const more of [{}, ...others])
    expect(await postTo(scrip, eventOf('1', more))).toMatchObject({ replayed: false });
  const key = await account.spend(1, '/test');
  expect(key.status).toBe(201);
  expect((await account.standing()).balance).toBe(100 - 4 * 2 - 1);
});

it('a refused event leaves its name free', async () => {
  await expect(postTo(scrip, eventOf('51'))).rejects.toMatchObject({ type: 'insufficient-credits' });
  await account.grant(2);
  expect(await postTo(scrip, eventOf('51'))).toMatchObject({ status: 201 });
});

it('the spend of an event is found by its name', async () => {
  const { body } = await postTo(scrip, eventOf('1', { source: `/${randomUUID()}` }));
  const { id, event } = JSON.parse(body);
  const { manager } = scrip.running.app.get(Database).dataSource;
  expect(await findEventSpend(manager, account.id, event)).toBe(id);
  expect(await findEventSpend(manager, account.id, { ...event, id: 'another' })).toBeUndefined();
  expect(await findEventSpend(manager, 'nobody', event)).toBeUndefined();
});
