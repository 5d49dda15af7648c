import { AccountNotFound } from './ledger.problems.js';
import type { SqlRunner } from './sql-runner.js';

/** That an account has a balance, which every account has from its beginning. @throws AccountNotFound */
export async function requireAccount(db: SqlRunner, accountId: string): Promise<void> {
  const rows: unknown[] = await db.query('select from balances where account_id = $1', [accountId]);
  if (rows.length === 0) throw new AccountNotFound({ accountId });
}
