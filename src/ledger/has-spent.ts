import type { SqlRunner } from './sql-runner.js';

/**
 * Whether an account has ever spent anything, captures and usage that cost nothing included, given back or not. What is
 * committed later is not seen, so lock the account's balance first.
 */
export async function hasSpent(db: SqlRunner, accountId: string): Promise<boolean> {
  for (const spends of SPENDS) {
    const rows: unknown[] = await db.query(spends, [accountId]);
    if (rows.length > 0) return true;
  }
  return false;
}

/** In rows of entries, and as they were written before those. */
const SPENDS = [
  `select from entry_rows where account_id = $1 and kind = 's' limit 1`,
  'select from spends_v1 where account_id = $1 limit 1',
];
