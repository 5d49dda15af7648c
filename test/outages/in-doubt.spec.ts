import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { type StallingProxy, startStallingProxy } from '../support/service/stalling-proxy.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

/** A commit that takes its time and cannot be broken off, as one that waits for a replica. */
const SLOW_COMMIT = `
  create table slow_accounts (id text);
  create function take_time() returns trigger language plpgsql as $$
  begin
    if exists (select from slow_accounts where id = new.account_id) then
      perform set_config('client_connection_check_interval', '0', true);
      perform pg_sleep(6);
    end if;
    return null;
  end $$;
  create constraint trigger tr_slow_commit after insert on entry_rows
    deferrable initially deferred for each row execute function take_time()`;

/** The server goes on with a commit whose connection has broken: whether it was written, nobody knows for a while. */
describe('a write whose connection breaks while it is committed', () => {
  let database: TestDatabase;
  let way: StallingProxy;
  let scrip: TestScrip;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    way = await startStallingProxy(database.url);
    scrip = await startTestScrip({ DATABASE_URL: way.url });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(SLOW_COMMIT);
  });
  afterAll(async () => {
    await client.end();
    await scrip.close();
    await way.close();
    await database.drop();
  });

  const isCommitting = async () =>
    (await client.query(`select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`))
      .rowCount === 1;

  it.each([
    ['a spend, decided from memory', async (account: TestAccount) => (key: string) => account.spend(3, key)],
    [
      'a capture, decided on what was read',
      async (account: TestAccount) => {
        const { body } = await account.hold(3);
        return (key: string): Promise<HttpAnswer> => account.capture(body.id, 3, { key });
      },
    ],
  ])('is never told that nothing was written: %s', async (_what, prepare) => {
    const account = await openAccount(scrip);
    await account.grant(10);
    const write = await prepare(account);
    await client.query('insert into slow_accounts values ($1)', [account.id]);
    const key = randomUUID();

    const answering = write(key);
    await eventually(isCommitting, (is) => is);
    way.cut();
    expect(outcomeOf(await answering)).toBe('database-unavailable');

    await eventually(isCommitting, (is) => !is);
    await eventually(
      () => write(key),
      (answer) => answer.status !== 503,
    );
    expect(outcomeOf(await write(key))).toBe('replayed');
    expect((await account.standing()).balance).toBe(7);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });
});
