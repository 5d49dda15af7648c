import { loadConfig } from '../../src/config/config.js';
import { Database } from '../../src/database/database.js';
import { ExpireEntitlements } from '../../src/entitlements/expire-entitlements.js';
import { RecurringWork } from '../../src/jobs/recurring-work.js';
import { Clock } from '../../src/kernel/clock.js';
import { RecordDomainEvent } from '../../src/outbox/record-domain-event.js';
import { createTestDatabase } from '../support/database/database.js';

const MANY = 12_000;

/** A statement over everything would one day take longer than background work may, and never be done. */
const NOT_ALL_AT_ONCE = `
  create function refuse_many() returns trigger language plpgsql as $$
  begin
    if (select count(*) from changed) > 5000 then raise exception 'too many at once'; end if;
    return null;
  end $$;
  create trigger tr_not_all_at_once after update on entitlements
    referencing new table as changed for each statement execute function refuse_many()`;

describe('very many features that end at one instant', () => {
  it('are closed some at a time', async () => {
    const testDatabase = await createTestDatabase();
    const database = await Database.connect({ url: testDatabase.url, poolSize: 2, entities: [] });
    await database.query(`insert into accounts (id, created_at, updated_at) values ('ada', now(), now())`);
    await database.query(
      `insert into entitlements (account_id, feature, source_type, source_id, product_key, active, expires_at,
         opened_at, updated_at)
       select 'ada', 'export', 'order', n, 'pro', true, now() - interval '1 hour', now() - interval '1 day', now()
       from generate_series(1, ${MANY}) as n`,
    );
    await database.query(NOT_ALL_AT_ONCE);

    const recurring = new RecurringWork(loadConfig({}));
    const [clock, record] = [new Clock(), new RecordDomainEvent(new Clock())];
    expect(await new ExpireEntitlements(database, clock, recurring, record).run()).toBe(MANY);

    const left = await database.query('select from entitlements where active or closed_at <> expires_at');
    expect(left).toEqual([]);
    await database.onApplicationShutdown();
    await testDatabase.drop();
  });
});
