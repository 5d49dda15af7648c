import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '../../src/database/database.js';
import { RecordDomainEvent } from '../../src/outbox/record-domain-event.js';
import { eventually } from '../support/eventually.js';
import { startTestScrip, useScrip } from '../support/service/scrip.js';
import { readFeed, toldOf } from '../support/shop/feed.js';
import { anAccount, givenCredits, spendOf } from '../support/shop/shop.js';

/** Numbers nothing itself. */
const scrip = useScrip({ ROLE: 'api' });

it('what happens to credits stands between what else happens to an account, as it happened', async () => {
  const accountId = await anAccount(scrip);
  const { app } = scrip.running;
  // What is recorded in one millisecond has no order between the two tables.
  const record = async (product: string) => {
    await pause(3);
    const event = { type: 'booking.to_release' as const, accountId, data: { orderId: 'ord_1', product } };
    await app.get(Database).transaction((tx) => app.get(RecordDomainEvent, { strict: false }).run(tx, event));
    await pause(3);
  };
  await record('first');
  await givenCredits(scrip, accountId, 5);
  await record('second');
  await spendOf(scrip, accountId, 5);
  await record('third');
  await givenCredits(scrip, accountId, 7);
  await record('fourth');
  const worker = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl });
  try {
    const told = (await toldOf(scrip, accountId, 8)).map(({ type, data }) => data.product ?? type);
    expect(told.slice(0, 4)).toEqual(['first', 'grant.created', 'second', 'balance.depleted']);
    expect(told[4]).toBe('third');
    expect(new Set(told.slice(5, 7))).toEqual(new Set(['grant.created', 'balance.recovered']));
    expect(told[7]).toBe('fourth');
    const all = await readFeed(scrip);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    expect(await scrip.sql('select from ledger_events')).toEqual([]);
  } finally {
    await worker.close();
  }
});

it('many of them, more than are numbered at once, keep the order of their accounts', async () => {
  const accountIds = await Promise.all([1, 2, 3].map(() => anAccount(scrip)));
  const rounds = 420;
  for (const accountId of accountIds) {
    await scrip.sql(
      `insert into ledger_events (account_id, ordinal, id, type, data, occurred_at, recorded_at)
       select $1, 1000 + n, 'evt_' || md5($1 || n), 'hold.expired', jsonb_build_object('n', n), now(),
         -- A clock that is set back now and then.
         now() + (n - 7 * (n % 5)) * interval '1 millisecond'
       from generate_series(1, $2::int) n`,
      [accountId, rounds],
    );
  }
  const worker = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl });
  try {
    for (const accountId of accountIds) {
      const told = await eventually(
        () =>
          scrip.sql<{ n: number }>(
            `select (data ->> 'n')::int as n
             from domain_events
             where account_id = $1 and number is not null
             order by number`,
            [accountId],
          ),
        (rows) => rows.length === rounds,
      );
      expect(told.map(({ n }) => n)).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
    }
  } finally {
    await worker.close();
  }
});
