import { together } from '../database/sql-state.js';
import { Book } from './book.js';
import type { Balance, Entry, Grant, Hold, Source, Spend } from './model.js';
import {
  BALANCE_COLUMNS,
  type BalanceRow,
  ENTRY_COLUMNS,
  GRANT_COLUMNS,
  HOLD_COLUMNS,
  SPEND_COLUMNS,
  toBalance,
  toEntry,
  toGrant,
  toHold,
  toSpend,
} from './rows.js';

/** Whatever runs SQL: a transaction, or the pool for reads. */
export interface SqlRunner {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's rows have no type of their own
  query(sql: string, parameters?: any[]): Promise<any>;
}

/** What a decision needs to see beyond the open grants and active holds of its account. */
export interface Needs {
  accountId: string;
  spendIds?: readonly string[];
  holdIds?: readonly string[];
  grantIds?: readonly string[];
  /** Purchases whose grants and returns are needed, however long ago. */
  purchases?: readonly Source[];
}

/**
 * Locks the balances of the accounts in ascending order (`for no key update`). Unknown accounts are left out, and so are
 * those that somebody else has locked, when these are to be skipped.
 */
export async function lockBalances(
  tx: SqlRunner,
  accountIds: readonly string[],
  { skipLocked = false } = {},
): Promise<Balance[]> {
  const rows: BalanceRow[] = await tx.query(
    `select ${BALANCE_COLUMNS} from balances where account_id = any($1) order by account_id
     for no key update ${skipLocked ? 'skip locked' : ''}`,
    [[...new Set(accountIds)]],
  );
  return rows.map(toBalance);
}

/** Locks one account and reads what belongs to it; undefined when it is unknown. */
export async function lockBook(tx: SqlRunner, need: Needs, now: Date): Promise<Book | undefined> {
  const balances = await lockBalances(tx, [need.accountId]);
  return (await readBooks(tx, balances, [need], now)).get(need.accountId);
}

/** Reads a book without a lock, from one snapshot when `db` is a repeatable read. Never write it. */
export async function readBook(db: SqlRunner, accountId: string, now: Date): Promise<Book | undefined> {
  const rows = await db.query(`select ${BALANCE_COLUMNS} from balances where account_id = $1`, [accountId]);
  return (await readBooks(db, rows.map(toBalance), [{ accountId }], now)).get(accountId);
}

/**
 * Reads what belongs to accounts whose balances were read before. Of locked balances it must be a later statement, so
 * that it sees what the former holder of the lock has written.
 */
export async function readBooks(
  db: SqlRunner,
  balances: readonly Balance[],
  needs: readonly Needs[],
  now: Date,
): Promise<Map<string, Book>> {
  const accountIds = new Set(balances.map((balance) => balance.accountId));
  const known = needs.filter((need) => accountIds.has(need.accountId));
  // Without held credits there are no active holds to read.
  const holders = balances.filter((balance) => balance.held > 0n).map((balance) => balance.accountId);
  const [holds, [spends, entries, grants]] = await together([
    readHolds(db, holders, known),
    readSpends(db, known).then(async (spends) => {
      const entries = await readEntries(db, known, spends);
      return [spends, entries, await readGrants(db, [...accountIds], known, entries)] as const;
    }),
  ]);
  return new Map(
    balances.map((balance) => {
      const of = balance.accountId;
      const contents = {
        entries: entries.get(of) ?? [],
        grants: grants.get(of) ?? [],
        holds: holds.get(of) ?? [],
        spends: spends.get(of) ?? [],
      };
      return [of, new Book(balance, contents, now)];
    }),
  );
}

/** The entries by which purchases and named spends gave back, and those of the spends themselves, oldest first. */
async function readEntries(
  db: SqlRunner,
  needs: readonly Needs[],
  spends: Map<string, Spend[]>,
): Promise<Map<string, Entry[]>> {
  const causes = needs.flatMap(({ accountId, purchases = [], spendIds = [] }) => [
    ...purchases.map((source) => ({ accountId, ...source })),
    ...spendIds.map((id) => ({ accountId, type: 'spend', id })),
  ]);
  if (causes.length === 0) return new Map();
  const numbers = [...spends].flatMap(([accountId, of]) => of.map(({ seq }) => ({ accountId, seq })));
  const rows = await db.query(
    `select ${ENTRY_COLUMNS} from entries
     where (account_id, source_type, source_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))
       and kind in ('refund_reversal', 'dispute_reversal', 'reinstatement', 'spend_reversal')
     union all
     select ${ENTRY_COLUMNS} from entries
     where (account_id, seq) in (select * from unnest($4::text[], $5::bigint[]))
     order by account_id, seq`,
    [
      causes.map((cause) => cause.accountId),
      causes.map((cause) => cause.type),
      causes.map((cause) => cause.id),
      numbers.map((number) => number.accountId),
      numbers.map((number) => number.seq),
    ],
  );
  return byAccount(rows, toEntry);
}

async function readGrants(
  db: SqlRunner,
  accountIds: string[],
  needs: readonly Needs[],
  entries: Map<string, Entry[]>,
): Promise<Map<string, Grant[]>> {
  const open = await db.query(
    `select ${GRANT_COLUMNS} from grants
     where account_id = any($1) and status in ('pending', 'active') order by account_id, ordinal`,
    [accountIds],
  );
  const ids = needs.flatMap(({ accountId, grantIds = [] }) => grantIds.map((id) => ({ accountId, id })));
  for (const [accountId, past] of entries)
    for (const { allocations } of past) for (const { grantId } of allocations) ids.push({ accountId, id: grantId });
  const purchases = needs.flatMap(({ accountId, purchases = [] }) =>
    purchases.map((source) => ({ accountId, ...source })),
  );
  if (ids.length + purchases.length === 0) return byAccount(open, toGrant);
  const named = await db.query(
    `select ${GRANT_COLUMNS} from grants
     where status not in ('pending', 'active')
       and ((account_id, id) in (select * from unnest($1::text[], $2::text[]))
         or (account_id, source_type, source_id) in (select * from unnest($3::text[], $4::text[], $5::text[])))
     order by account_id, ordinal`,
    [
      ids.map((i) => i.accountId),
      ids.map((i) => i.id),
      purchases.map((p) => p.accountId),
      purchases.map((p) => p.type),
      purchases.map((p) => p.id),
    ],
  );
  return byAccount([...open, ...named], toGrant);
}

async function readHolds(db: SqlRunner, accountIds: string[], needs: readonly Needs[]): Promise<Map<string, Hold[]>> {
  const ids = needs.flatMap(({ accountId, holdIds = [] }) => holdIds.map((id) => ({ accountId, id })));
  if (accountIds.length + ids.length === 0) return new Map();
  const active = await db.query(
    `select ${HOLD_COLUMNS} from holds where account_id = any($1) and status = 'active' order by account_id, id`,
    [accountIds],
  );
  if (ids.length === 0) return byAccount(active, toHold);
  const named = await db.query(
    `select ${HOLD_COLUMNS} from holds
     where status <> 'active' and (account_id, id) in (select * from unnest($1::text[], $2::text[]))`,
    [ids.map((i) => i.accountId), ids.map((i) => i.id)],
  );
  return byAccount([...active, ...named], toHold);
}

async function readSpends(db: SqlRunner, needs: readonly Needs[]): Promise<Map<string, Spend[]>> {
  const ids = needs.flatMap(({ accountId, spendIds = [] }) => spendIds.map((id) => ({ accountId, id })));
  if (ids.length === 0) return new Map();
  const rows = await db.query(
    `select ${SPEND_COLUMNS} from spends where (account_id, id) in (select * from unnest($1::text[], $2::text[]))`,
    [ids.map((i) => i.accountId), ids.map((i) => i.id)],
  );
  return byAccount(rows, toSpend);
}

function byAccount<R extends { account_id: string }, T>(rows: R[], map: (row: R) => T): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const row of rows) {
    const group = grouped.get(row.account_id);
    if (group === undefined) grouped.set(row.account_id, [map(row)]);
    else group.push(map(row));
  }
  return grouped;
}
