import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningScrip, startScrip } from '../../src/app/start.js';
import { loadConfig } from '../../src/config/config.js';

describe('the role under which the service works', () => {
  let dataDir: string;
  let running: RunningScrip;
  let client: pg.Client;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'scrip-role-'));
    const ports = { PORT: '0', SANDBOX_PORT: '0', EMBEDDED_POSTGRES_PORT: '0' };
    running = await startScrip(loadConfig({ ...ports, SCRIP_DATA_DIR: dataDir, LOG_LEVEL: 'silent' }));
    client = new pg.Client({ connectionString: running.runtime.databaseUrl });
    await client.connect();
    const headers = { authorization: `Bearer ${running.runtime.bootstrapKey}`, 'content-type': 'application/json' };
    await fetch(`${running.url}/v1/accounts/ada`, { method: 'PUT', headers, body: '{}' });
    const gift = JSON.stringify({ amount: 5, category: 'promotional', reason: 'a gift' });
    const given = await fetch(`${running.url}/v1/accounts/ada/grants`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': 'gift' },
      body: gift,
    });
    expect(given.status).toBe(201);
  });
  afterAll(async () => {
    await client.end();
    await running.close();
    await rm(dataDir, { recursive: true });
  });

  it.each([
    'update entries set amount = 500',
    'delete from entries',
    ...['entry_rows', 'entries_v1'].flatMap((table) => [
      `update ${table} set amount = 500`,
      `delete from ${table}`,
      `truncate ${table}`,
      `alter table ${table} disable trigger user`,
      `drop table ${table}`,
    ]),
    'drop trigger tr_entry_rows_append_only on entry_rows',
    'drop trigger tr_entries_append_only on entries_v1',
    'create or replace function refuse_change_of_entries() returns trigger language plpgsql as $$ begin return ' +
      'new; end $$',
    'drop view entries',
    'delete from rate_versions',
    'alter table rate_versions disable trigger user',
    `set session_replication_role = 'replica'`,
  ])('may not: %s', async (attempt) => {
    await expect(client.query(attempt)).rejects.toMatchObject({ code: '42501' });
  });

  it('is no superuser and may read what it wrote', async () => {
    const { rows } = await client.query(
      'select current_user, (select rolsuper from pg_roles where rolname = current_user)',
    );
    expect(rows).toEqual([{ current_user: 'scrip_service', rolsuper: false }]);
    expect((await client.query('select amount from entries')).rows).toEqual([{ amount: '5' }]);
  });
});
