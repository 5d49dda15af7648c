import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { RenewedClient } from './renewed-client.js';

/** Two processes that start at once take turns: an arbitrary, fixed number that names this lock. */
export const MIGRATION_LOCK = 7_265_021_937;

/**
 * Brings the schema up to date, each migration in its own transaction, under a session advisory lock. Returns the names
 * of the migrations that were run. Needs a direct connection: PgBouncer in transaction mode has no sessions.
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: inSequence(url),
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

/**
 * Where the books are distributed, a migration changes them and other things in one transaction, which Citus allows
 * over one connection for each node alone. A Postgres without Citus takes the setting and does nothing with it.
 */
function inSequence(url: string): string {
  const sequential = new URL(url);
  const given = sequential.searchParams.get('options') ?? process.env.PGOPTIONS ?? '';
  sequential.searchParams.set('options', `${given} -c citus.multi_shard_modify_mode=sequential`.trim());
  return sequential.href;
}
