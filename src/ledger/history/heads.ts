import type { SqlRunner } from '../sql-runner.js';

/** An account, and the number of its last entry. */
export interface Head {
  readonly accountId: string;
  readonly seq: bigint;
}

interface HeadRow {
  account_id: string;
  seq: string;
}

/** The heads of accounts, of those that exist. */
export async function headsOf(db: SqlRunner, accountIds: readonly string[]): Promise<Head[]> {
  return toHeads(await db.query('select account_id, seq from balances where account_id = any($1)', [accountIds]));
}

/** The heads of the accounts behind one id, in the order of their ids. */
export async function headsAfter(db: SqlRunner, after: string, limit: number): Promise<Head[]> {
  return toHeads(
    await db.query('select account_id, seq from balances where account_id > $1 order by account_id limit $2', [
      after,
      limit,
    ]),
  );
}

/**
 * The accounts that have entries which were recorded from an instant on, each with the last one. Found by an index that
 * has no order, since rows stand nearly in the order of their time: it costs what is new, whatever there is besides.
 * Entries in the form of three rows have no such index, and are not found so.
 */
export async function headsSince(db: SqlRunner, since: Date): Promise<Head[]> {
  return toHeads(
    await db.query('select account_id, max(seq) as seq from entry_rows where recorded_at >= $1 group by account_id', [
      since,
    ]),
  );
}

function toHeads(rows: readonly HeadRow[]): Head[] {
  return rows.map(({ account_id: accountId, seq }) => ({ accountId, seq: BigInt(seq) }));
}
