import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { outcomeOf } from '../support/shop/account.js';

const ENDS_WITHIN_MS = 5_000;

/** As on a server with too much to do: a read takes half a minute. */
const SLOW_READ = `
  alter table products rename to products_at_rest;
  create view products as
    select products_at_rest.* from (select pg_sleep(30) offset 0) as slowly, products_at_rest`;

describe('statements that take too long', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(SLOW_READ);
  });
  afterAll(async () => {
    await client.end();
    await scrip.close();
    await database.drop();
  });

  const running = async () => {
    const { rows } = await client.query<{ running: number }>(
      `select count(*)::int as running
       from pg_stat_activity
       where datname = current_database() and wait_event = 'PgSleep'`,
    );
    return rows[0]?.running ?? 0;
  };

  it('are ended at the server with their request, so that many use up neither it nor its connections', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => scrip.call('GET', '/v1/products')));
    expect(new Set(answers.map(outcomeOf))).toEqual(new Set(['database-unavailable']));
    await eventually(running, (count) => count === 0, ENDS_WITHIN_MS);
  });
});
