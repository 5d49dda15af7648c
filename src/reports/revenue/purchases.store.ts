import type { Source } from '../../ledger/book/model.js';
import type { SqlRunner } from '../../ledger/sql-runner.js';
import { type Money, NO_MONEY } from './purchase.js';
import type { PurchaseState } from './purchase-state.js';

/** A purchase of an account. */
export interface PurchaseName {
  readonly accountId: string;
  readonly source: Source;
}

interface MoneyRow {
  charged_minor: string | null;
  tax_minor: string | null;
  returned_minor: string | null;
  lapsed_credits: string | null;
  reversed_credits: string | null;
  shortfall_credits: string | null;
  covers_until: Date | null;
}

interface PurchaseRow extends MoneyRow {
  account_id: string;
  source_type: string;
  source_id: string;
  currency: string;
  basis_minor: string;
  spent_minor: string;
  lapsed_minor: string;
  taken_minor: string;
  spent: string;
  lapsed: string;
  taken: string;
  left_credits: string;
  sold: string;
  recognised: string;
  later: string;
  later_at: Date | null;
  broken: string;
  returned: string;
  tax: string;
}

/** Columns with what stands in them, in the order of the table. */
const COLUMNS: readonly [name: string, type: string, of: (purchase: PurchaseState) => unknown][] = [
  ['account_id', 'text', ({ accountId }) => accountId],
  ['source_type', 'text', ({ source }) => source.type],
  ['source_id', 'text', ({ source }) => source.id],
  ['currency', 'text', ({ currency }) => currency],
  ['charged_minor', 'bigint', ({ money }) => text(money?.chargedMinor)],
  ['tax_minor', 'bigint', ({ money }) => text(money?.taxMinor)],
  ['returned_minor', 'bigint', ({ money }) => text(money?.returnedMinor)],
  ['lapsed_credits', 'bigint', ({ money }) => text(money?.lapsedCredits)],
  ['reversed_credits', 'bigint', ({ money }) => text(money?.reversedCredits)],
  ['shortfall_credits', 'bigint', ({ money }) => text(money?.shortfallCredits)],
  ['covers_until', 'timestamptz', ({ money }) => money?.coversUntil ?? null],
  ['basis_minor', 'bigint', ({ lots }) => text(lots.basisMinor)],
  ['spent_minor', 'bigint', ({ lots }) => text(lots.spentMinor)],
  ['lapsed_minor', 'bigint', ({ lots }) => text(lots.lapsedMinor)],
  ['taken_minor', 'bigint', ({ lots }) => text(lots.takenMinor)],
  ['spent', 'bigint', ({ lots }) => text(lots.spent)],
  ['lapsed', 'bigint', ({ lots }) => text(lots.lapsed)],
  ['taken', 'bigint', ({ lots }) => text(lots.taken)],
  ['left_credits', 'bigint', ({ lots }) => text(lots.left)],
  ['sold', 'bigint', ({ standing }) => text(standing.sold)],
  ['recognised', 'bigint', ({ standing }) => text(standing.recognised)],
  ['later', 'bigint', ({ standing }) => text(standing.later)],
  ['later_at', 'timestamptz', ({ laterAt }) => laterAt],
  ['broken', 'bigint', ({ standing }) => text(standing.broken)],
  ['returned', 'bigint', ({ standing }) => text(standing.returned)],
  ['tax', 'bigint', ({ standing }) => text(standing.tax)],
];
const NAMES = COLUMNS.map(([name]) => name);

function text(value: bigint | undefined): string | null {
  return value === undefined ? null : `${value}`;
}

/** Of those that are known. */
export async function readPurchases(db: SqlRunner, named: readonly PurchaseName[]): Promise<PurchaseState[]> {
  if (named.length === 0) return [];
  const rows: PurchaseRow[] = await db.query(
    `select ${NAMES.join(', ')} from purchase_standings
     where (account_id, source_type, source_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
    [
      named.map(({ accountId }) => accountId),
      named.map(({ source }) => source.type),
      named.map(({ source }) => source.id),
    ],
  );
  return rows.map(toPurchase);
}

export async function writePurchases(tx: SqlRunner, purchases: readonly PurchaseState[]): Promise<void> {
  if (purchases.length === 0) return;
  await tx.query(
    `insert into purchase_standings (${NAMES.join(', ')})
     select * from unnest(${COLUMNS.map(([, type], place) => `$${place + 1}::${type}[]`).join(', ')})
     on conflict on constraint pk_purchase_standings do update set
       ${NAMES.slice(3)
         .map((name) => `${name} = excluded.${name}`)
         .join(', ')}`,
    COLUMNS.map(([, , of]) => purchases.map(of)),
  );
}

/** Takes back what is known of purchases of an account, at most so many. Returns how many. */
export async function clearPurchases(tx: SqlRunner, accountId: string, limit: number): Promise<number> {
  const [, deleted]: [unknown[], number] = await tx.query(
    `delete from purchase_standings
     where ctid = any(array(select ctid from purchase_standings where account_id = $1 limit $2))`,
    [accountId, limit],
  );
  return deleted;
}

/** A change of the money of an order, with which it is as it was after it. */
export interface MoneyChange extends PurchaseName {
  readonly id: string;
  readonly at: Date;
  readonly currency: string;
  readonly money: Money;
}

interface MoneyChangeRow extends MoneyRow {
  id: string;
  account_id: string;
  at: Date;
  source_type: string;
  source_id: string;
  currency: string;
}

/** The accounts behind one id that have changes which were not followed yet, in the order of their ids. */
export async function accountsWithNewMoney(db: SqlRunner, after: string, limit: number): Promise<string[]> {
  const rows: { account_id: string }[] = await db.query(
    `select distinct account_id from money_changes
     where not is_followed and account_id > $1
     order by account_id limit $2`,
    [after, limit],
  );
  return rows.map(({ account_id }) => account_id);
}

/** The changes of accounts that were not followed yet, in their order. */
export async function readNewMoney(db: SqlRunner, accountIds: readonly string[]): Promise<MoneyChange[]> {
  const rows: MoneyChangeRow[] = await db.query(
    `select id, account_id, at, source_type, source_id, currency, charged_minor, tax_minor, returned_minor,
       lapsed_credits, reversed_credits, shortfall_credits, covers_until
     from money_changes
     where not is_followed and account_id = any($1)
     order by account_id, id`,
    [accountIds],
  );
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    at: row.at,
    source: { type: row.source_type, id: row.source_id },
    currency: row.currency,
    money: toMoney(row) ?? NO_MONEY,
  }));
}

export async function noteFollowedMoney(tx: SqlRunner, changes: readonly MoneyChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query('update money_changes set is_followed = true where id = any($1::bigint[])', [
    changes.map(({ id }) => id),
  ]);
}

/** All money of an account is to be followed anew. */
export async function forgetFollowedMoney(tx: SqlRunner, accountId: string): Promise<void> {
  await tx.query('update money_changes set is_followed = false where account_id = $1 and is_followed', [accountId]);
}

function toMoney(row: MoneyRow): Money | null {
  if (row.charged_minor === null) return null;
  return {
    chargedMinor: BigInt(row.charged_minor),
    taxMinor: BigInt(row.tax_minor ?? 0),
    returnedMinor: BigInt(row.returned_minor ?? 0),
    lapsedCredits: BigInt(row.lapsed_credits ?? 0),
    reversedCredits: BigInt(row.reversed_credits ?? 0),
    shortfallCredits: BigInt(row.shortfall_credits ?? 0),
    coversUntil: row.covers_until,
  };
}

function toPurchase(row: PurchaseRow): PurchaseState {
  return {
    accountId: row.account_id,
    source: { type: row.source_type, id: row.source_id },
    currency: row.currency,
    money: toMoney(row),
    lots: {
      basisMinor: BigInt(row.basis_minor),
      spentMinor: BigInt(row.spent_minor),
      lapsedMinor: BigInt(row.lapsed_minor),
      takenMinor: BigInt(row.taken_minor),
      spent: BigInt(row.spent),
      lapsed: BigInt(row.lapsed),
      taken: BigInt(row.taken),
      left: BigInt(row.left_credits),
    },
    standing: {
      sold: BigInt(row.sold),
      recognised: BigInt(row.recognised),
      later: BigInt(row.later),
      broken: BigInt(row.broken),
      returned: BigInt(row.returned),
      tax: BigInt(row.tax),
    },
    laterAt: row.later_at,
  };
}
