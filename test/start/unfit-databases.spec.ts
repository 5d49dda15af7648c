import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { startTestScrip } from '../support/service/scrip.js';
import { administer, nameOf, setting } from '../support/shop/administer.js';

let database: TestDatabase;
const roles: string[] = [];
afterEach(async () => {
  await database.drop();
  const server = await createTestDatabase({ migrated: false });
  await administer(server, ...roles.splice(0).map((role) => `drop role ${role}`));
  await server.drop();
});

/** The address of the same database for a role of its own, which owns nothing. */
async function asRole(): Promise<{ url: string }> {
  const role = `role_${randomBytes(6).toString('hex')}`;
  roles.push(role);
  await administer(database, `create role ${role} login password 'secret'`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'secret'];
  return { url: url.href };
}

const tablesIn = async (url: string, schema: string) => {
  const scrip = await startTestScrip({ DATABASE_URL: url });
  const [row] = await scrip.sql<{ count: number }>(
    'select count(*)::int as count from pg_tables where schemaname = $1',
    [schema],
  );
  const { body } = await scrip.call('GET', '/v1/accounts');
  await scrip.close();
  return { tables: row?.count, accounts: body.data };
};

describe('a start on a database that cannot hold the books', () => {
  it('is refused where the encoding cannot hold every name', async () => {
    database = await createTestDatabase({ migrated: false });
    const name = `${nameOf(database)}_latin1`;
    await administer(
      database,
      `create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`,
    );
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    await expect(startTestScrip({ DATABASE_URL: url.href })).rejects.toThrow(/encoded in LATIN1.*encoding 'UTF8'/);
    await administer(database, `drop database ${name}`);
  });

  it('is refused where its role may not make tables, and names the way out', async () => {
    database = await createTestDatabase({ migrated: false });
    const { url } = await asRole();
    await expect(startTestScrip({ DATABASE_URL: url })).rejects.toThrow(/may not make the tables.*DATABASE_OWNER_URL/);
  });
});

describe('tables outside the schema public', () => {
  beforeEach(async () => {
    database = await createTestDatabase();
    await administer(database, 'alter schema public rename to billing', 'create schema public');
  });

  it('are used by a role that knows nothing of them, beside the one that owns them', async () => {
    const { username } = new URL(database.url);
    await administer(database, `alter role ${username} in database ${nameOf(database)} set search_path = billing`);
    const service = await asRole();
    const scrip = await startTestScrip({ DATABASE_URL: service.url, DATABASE_OWNER_URL: database.url });
    expect((await scrip.call('PUT', '/v1/accounts/ada', {})).status).toBe(201);
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await scrip.close();
  });

  it('are found again after a restore that has lost the search path, and no second set is made', async () => {
    await administer(database, ...setting(database, { search_path: 'billing' }));
    const first = await startTestScrip({ DATABASE_URL: database.url });
    await first.call('PUT', '/v1/accounts/ada', {});
    await first.close();
    await administer(database, `alter database ${nameOf(database)} reset search_path`);

    const { tables, accounts } = await tablesIn(database.url, 'public');
    expect(tables).toBe(0);
    expect(accounts).toEqual([expect.objectContaining({ id: 'ada' })]);
  });

  it('are named instead of empty ones being made where the search path leads elsewhere', async () => {
    await administer(database, 'create schema empty', ...setting(database, { search_path: 'empty' }));
    await expect(startTestScrip({ DATABASE_URL: database.url })).rejects.toThrow(
      /tables of Scrip in the schema billing, and search_path leads to empty/,
    );
  });
});
