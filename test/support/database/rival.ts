import pg from 'pg';
import { eventually } from '../eventually.js';

/** Another program in a transaction of its own over the same database, which gets in the way of the service. */
export interface Rival {
  lock(accountIds: string | readonly string[]): Promise<void>;
  lockTables(...names: string[]): Promise<void>;
  /** Waits until somebody waits for what this rival has locked. */
  isWaitedFor(): Promise<void>;
  /** Lets everything go. */
  end(): Promise<void>;
}

export async function startRival(databaseUrl: string): Promise<Rival> {
  const client = new pg.Client({ connectionString: databaseUrl });
  const watcher = new pg.Client({ connectionString: databaseUrl });
  // A test that fails leaves it to be cut when the database is dropped; that must not end the tests behind it.
  for (const one of [client, watcher]) one.on('error', () => undefined);
  await client.connect();
  await watcher.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  // In a deadlock it is the service that shall notice first, and give way.
  await client.query(`set deadlock_timeout = '20s'`);
  await client.query('begin');
  return {
    lock: async (accountIds) => {
      await client.query('select from balances where account_id = any($1) for update', [[accountIds].flat()]);
    },
    lockTables: async (...names) => {
      await client.query(`lock table ${names.map((name) => pg.escapeIdentifier(name)).join(', ')}`);
    },
    isWaitedFor: async () => {
      await eventually(
        async () =>
          (await watcher.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0].pid]))
            .rowCount,
        (count) => (count ?? 0) > 0,
      );
    },
    end: async () => {
      await client.query('rollback');
      await client.end();
      await watcher.end();
    },
  };
}
