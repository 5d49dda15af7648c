import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

const made: TestDatabase[] = [];
afterEach(() => Promise.all(made.splice(0).map((database) => database.drop())));

async function make(options?: { migrated?: boolean }): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  made.push(database);
  return database;
}

async function query<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const countTables = `select count(*)::int as tables from pg_tables
  where schemaname not in ('pg_catalog', 'information_schema')`;

describe('the database of a test', () => {
  it('is made from the template by many tests at once', async () => {
    const databases = await Promise.all(Array.from({ length: 12 }, () => make()));
    const counts = await Promise.all(databases.map(({ url }) => query<{ tables: number }>(url, countTables)));
    expect(new Set(databases.map(({ url }) => url)).size).toBe(12);
    for (const [row] of counts) expect(row?.tables).toBeGreaterThan(0);
  });

  it('is empty on request', async () => {
    const { url } = await make({ migrated: false });
    expect(await query(url, countTables)).toEqual([{ tables: 0 }]);
  });

  it('goes even while somebody is connected', async () => {
    const { url, drop } = await make();
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    const closed = new Promise((resolve) => client.once('end', resolve));
    await client.connect();
    await drop();
    await closed;
    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
