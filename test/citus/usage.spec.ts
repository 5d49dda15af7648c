import { createDistributedBooks, onOneShard } from '../support/database/citus.js';
import { startTestScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf } from '../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';
import { anEvent, resultsOf, sendEvent, sendEvents } from '../support/shop/usage-events.js';

/** Each statement that posting sends is one task on one node: whatever were two would fail. */
it('usage events and corrections on the shards of a cluster count once each', async () => {
  const database = await createDistributedBooks();
  const scrip = await startTestScrip({ DATABASE_URL: onOneShard(database.url), CHECK_BOOKS_CRON: 'off' });
  await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
  const accounts = await Promise.all(Array.from({ length: 20 }, () => openAccount(scrip)));
  await Promise.all(accounts.map((account) => account.grant(100)));

  // Ten events of each account, in batches over all of them, told twice at once, and once more by themselves.
  const events = Array.from({ length: 200 }, (_, at) =>
    anEvent(accounts[at % 20]?.id ?? '', { type: 'minutes', data: { quantity: 2 } }),
  );
  const both = await Promise.all([sendEvents(scrip, events), sendEvents(scrip, events)]);
  const idsOf = ({ body }: (typeof both)[number]) =>
    body.results.map(({ spend }: { spend: { id: string } }) => spend.id);
  expect(new Set([...idsOf(both[0]), ...idsOf(both[1])]).size).toBe(200);
  expect(resultsOf(await sendEvents(scrip, events)).every((result) => result.startsWith('replayed'))).toBe(true);
  for (const account of accounts) {
    expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 20']);
    expect((await account.standing()).balance).toBe(100 - 10 * 3 - 10);
  }

  const [account] = accounts as [(typeof accounts)[number]];
  const usage = usageOf(scrip, account.id);
  const lines = [{ meter: 'minutes', quantity: 1 }];
  const byName = { accountId: account.id, source: '/test', id: events[0]?.id, lines, reason: 'a test' };
  const correct = () => scrip.call('POST', '/v1/usage/corrections', byName, { idempotencyKey: 'corrected' });
  expect((await Promise.all([correct(), correct(), correct()])).map(outcomeOf).sort()).toEqual([
    ...['accepted', 'replayed', 'replayed'],
  ]);
  const { body: spend } = await usage.use({ meter: 'calls', quantity: 1_500 });
  const { body: right } = await usage.correct(spend.id, { meter: 'calls', quantity: 500 });
  expect(outcomeOf(await usage.correct(spend.id, { meter: 'calls', quantity: 1 }))).toBe('spend-already-corrected');
  expect((await sendEvent(scrip, events[0])).body.id).toBe(idsOf(both[0])[0]);
  expect(await usage.counters()).toEqual(['calls {}: 500', 'minutes {}: 19', 'calls {} carries -1/2']);
  await scrip.close();

  // Reports and receipts may look at several shards.
  const checking = await startTestScrip({ DATABASE_URL: database.url });
  expect((await usageOf(checking, account.id).receipt(right.id)).body).toMatchObject({ corrects: spend.id, amount: 1 });
  expect((await checking.checkBooks()).findings).toEqual([]);
  await checking.close();
  await database.drop();
}, 120_000);
