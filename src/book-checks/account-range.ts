import type { Tx } from '../database/database.js';

/** The accounts behind one id up to another; up to the last of all where there is no other. */
export interface AccountRange {
  after: string;
  upTo: string | null;
}

/**
 * The tables that rules of the books read. All of them carry the account; none that a rule reads may be missing here.
 */
export const BOOK_TABLES = [
  'balances',
  'entries',
  'entry_rows',
  'entries_v1',
  'grants',
  'holds',
  'idempotency_keys',
  'spends_v1',
  'orders',
  'refunds',
  'disputes',
  'allowances',
  'followed_accounts',
  'grant_lots',
  'money_changes',
  'purchase_standings',
  'revenue_quarters',
  'usage_inclusions',
  'voucher_redemptions',
];

/**
 * The next range behind an account, of about `size` accounts that have a balance. Together, ranges leave nothing out.
 */
export async function endOfRange(tx: Tx, after: string, size: number): Promise<AccountRange> {
  const [row]: { account_id: string }[] = await tx.query(
    'select account_id from balances where account_id > $1 order by account_id offset $2 limit 1',
    [after, size - 1],
  );
  return { after, upTo: row?.account_id ?? null };
}

/**
 * A query over whole tables, asked of the accounts of a range alone: each table gives way to its part of the same name.
 * What is written for all the books so is proven piece by piece, by their keys.
 */
export function within({ after, upTo }: AccountRange, sql: string): { sql: string; parameters: string[] } {
  const condition = upTo === null ? 'account_id > $1' : 'account_id > $1 and account_id <= $2';
  const parts = BOOK_TABLES.map((table) => `${table} as not materialized (select * from ${table} where ${condition})`);
  return { sql: `with ${parts.join(',\n')}\n${sql}`, parameters: upTo === null ? [after] : [after, upTo] };
}
