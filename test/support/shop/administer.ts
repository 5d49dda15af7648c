import pg from 'pg';
import type { TestDatabase } from '../database/database.js';

/** Those of everybody else. */
export const CUT_CONNECTIONS =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> ' +
  'pg_backend_pid()';

/** Runs statements as the owner of the server, whom no limit and no read-only mode concerns. */
export async function administer(database: TestDatabase, ...statements: string[]): Promise<void> {
  const url = new URL(database.url);
  url.searchParams.set(
    'options',
    '-c statement_timeout=0 -c transaction_timeout=0 -c default_transaction_read_only=off',
  );
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

export const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);

/** Statements that set the defaults of a database. */
export const setting = (database: TestDatabase, settings: Record<string, string>) =>
  Object.entries(settings).map(
    ([name, value]) => `alter database ${nameOf(database)} set ${name} = ${pg.escapeLiteral(value)}`,
  );
