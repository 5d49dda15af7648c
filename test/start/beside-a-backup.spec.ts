import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { prepareDatabase } from '../../src/app/start-database.js';
import { loadConfig } from '../../src/config/config.js';
import { createTestDatabase } from '../support/database/database.js';

const STARTS_WITHIN_MS = 10_000;

/** A backup reads every table in one transaction, which may take hours. */
async function startBackup(databaseUrl: string): Promise<pg.Client> {
  const backup = new pg.Client({ connectionString: databaseUrl });
  await backup.connect();
  const { rows } = await backup.query<{ name: string }>(
    `select oid::regclass::text as name
     from pg_class
     where relkind in ('r', 'p')
       and relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace)`,
  );
  await backup.query(`begin; lock table ${rows.map(({ name }) => name).join(', ')} in access share mode`);
  return backup;
}

describe('a start beside a backup', () => {
  it('waits for no table, so that no job and no event of Stripe waits behind it until the backup ends', async () => {
    const database = await createTestDatabase();
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const role = `scrip_test_${randomBytes(6).toString('hex')}`;
    await owner.query(`create role ${role} login password 'secret'`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'secret'];
    const config = loadConfig({ DATABASE_URL: url.href, DATABASE_OWNER_URL: database.url });
    await prepareDatabase(config, undefined);

    const backup = await startBackup(database.url);
    const again = prepareDatabase(config, undefined);
    const seen = await Promise.race([again.then(() => 'started'), pause(STARTS_WITHIN_MS, 'waits')]);
    await backup.end();
    await again;

    expect(seen).toBe('started');
    const service = new pg.Client({ connectionString: url.href });
    await service.connect();
    await service.query(`select graphile_worker.add_job('some-task')`);
    expect((await service.query('select from graphile_worker.jobs')).rowCount).toBe(1);
    await service.end();
    await owner.end();
    await database.drop();
  });
});
