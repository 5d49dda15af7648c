import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { RenewedClient } from './renewed-client.js';

/** Two processes that start at once take turns: an arbitrary, fixed number that names this lock. */
const MIGRATION_LOCK = 7_265_021_937;

/**
 * Brings the schema up to date, each migration in its own transaction, under a session advisory lock. Returns the names
 * of the migrations that were run. Needs a direct connection: PgBouncer in transaction mode has no sessions.
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    poolSize: 2,
    applicationName: 'scrip-migrate',
    migrations,
    migrationsTableName: 'migrations',
    extra: { Client: RenewedClient },
    poolErrorHandler: () => undefined,
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const run = await dataSource.runMigrations({ transaction: 'each' });
    return run.map((migration) => migration.name);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}
