import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

const START_CREDITS = 1_000_000_000_000;

/** The classic tables, the function and its accounts, each with credits enough for any run. */
export async function seedClassicAccounts(client: pg.Client, accountIds: readonly string[]): Promise<void> {
  for (const file of ['schema.sql', 'spend.sql'])
    await client.query(await readFile(join(import.meta.dirname, '..', 'classic', file), 'utf8'));
  await client.query('insert into balances select unnest($1::text[]), $2::bigint', [accountIds, START_CREDITS]);
  await client.query('vacuum analyze');
}
