import type { Tx } from '../database/database.js';

/**
 * Opens the balance of an account, in the transaction that makes the account: the row that every write of credits
 * locks, with nothing in it yet. An account without a balance must never be seen.
 */
export async function openBalance(tx: Tx, accountId: string): Promise<void> {
  await openBalances(tx, [accountId]);
}

/** The same for accounts that one transaction can lock together. */
export async function openBalances(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await tx.query('insert into balances (account_id) select unnest($1::text[]) on conflict do nothing', [accountIds]);
}
