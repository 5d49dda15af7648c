import type { SqlRunner } from '../../ledger/sql-runner.js';
import { QUARTER_MS } from '../quarters.js';
import type { RevenueChange } from './purchase-state.js';

/** Sums of money of one account, or of all where it is empty, in one quarter of an hour and one currency. */
interface RevenueSum extends RevenueChange {
  readonly key: string;
}

interface QuarterRow extends Omit<RevenueRow, 'period'> {
  quarter: Date;
}

/** What has happened in a period of a report, in one currency. */
export interface RevenueRow {
  /** From 1; 0 is all that was before. */
  period: number;
  currency: string;
  sold_minor: string;
  recognised_minor: string;
  broken_minor: string;
  returned_minor: string;
  tax_minor: string;
}

/** Adds changes to the sums by quarter of an hour: of their accounts, then of all together, in the order of keys. */
export async function addRevenue(tx: SqlRunner, changes: readonly RevenueChange[]): Promise<void> {
  const ofAccounts = addedUp(changes);
  if (ofAccounts.length === 0) return;
  await tx.query(
    `insert into revenue_quarters as kept
       (quarter, currency, sold_minor, recognised_minor, broken_minor, returned_minor, tax_minor, account_id)
     select * from unnest(${SUMS}, $8::text[])
     on conflict on constraint pk_revenue_quarters do update set ${ADDED}`,
    [...columnsOf(ofAccounts), ofAccounts.map(({ accountId }) => accountId)],
  );
  await addTotals(tx, ofAccounts);
}

/** Takes back what was counted of an account, at most so many quarters of an hour. Returns how many. */
export async function clearRevenue(tx: SqlRunner, accountId: string, limit: number): Promise<number> {
  const [rows]: [QuarterRow[], number] = await tx.query(
    `delete from revenue_quarters
     where ctid = any(array(select ctid from revenue_quarters where account_id = $1 limit $2))
     returning quarter, currency, sold_minor, recognised_minor, broken_minor, returned_minor, tax_minor`,
    [accountId, limit],
  );
  await addTotals(
    tx,
    rows.map((row) => ({
      accountId,
      currency: row.currency,
      at: row.quarter,
      sold: -BigInt(row.sold_minor),
      recognised: -BigInt(row.recognised_minor),
      broken: -BigInt(row.broken_minor),
      returned: -BigInt(row.returned_minor),
      tax: -BigInt(row.tax_minor),
    })),
  );
  return rows.length;
}

/** Sums over all accounts by periods that begin at instants, and of all that was before the first. */
export function revenueRows(
  db: SqlRunner,
  beginnings: readonly number[],
  { toMs }: { toMs: number },
): Promise<RevenueRow[]> {
  return db.query(
    `select width_bucket(quarter, $1::timestamptz[]) as period, currency, sum(sold_minor)::text as sold_minor,
       sum(recognised_minor)::text as recognised_minor, sum(broken_minor)::text as broken_minor,
       sum(returned_minor)::text as returned_minor, sum(tax_minor)::text as tax_minor
     from revenue_totals
     where quarter < $2
     group by 1, 2`,
    [beginnings.map((ms) => new Date(ms)), new Date(toMs)],
  );
}

async function addTotals(tx: SqlRunner, changes: readonly RevenueChange[]): Promise<void> {
  const totals = addedUp(changes.map((change) => ({ ...change, accountId: '' })));
  if (totals.length === 0) return;
  await tx.query(
    `insert into revenue_totals as kept
       (quarter, currency, sold_minor, recognised_minor, broken_minor, returned_minor, tax_minor)
     select * from unnest(${SUMS})
     on conflict on constraint pk_revenue_totals do update set ${ADDED}`,
    columnsOf(totals),
  );
}

const SUMS = '$1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]';
const ADDED = ['sold_minor', 'recognised_minor', 'broken_minor', 'returned_minor', 'tax_minor']
  .map((name) => `${name} = kept.${name} + excluded.${name}`)
  .join(', ');

function columnsOf(sums: readonly RevenueChange[]): unknown[][] {
  const of = (value: (sum: RevenueChange) => bigint) => sums.map((sum) => `${value(sum)}`);
  return [
    sums.map(({ at }) => at),
    sums.map(({ currency }) => currency),
    of(({ sold }) => sold),
    of(({ recognised }) => recognised),
    of(({ broken }) => broken),
    of(({ returned }) => returned),
    of(({ tax }) => tax),
  ];
}

function addedUp(changes: readonly RevenueChange[]): RevenueSum[] {
  const sums = new Map<string, RevenueSum>();
  for (const change of changes) {
    const at = new Date(Math.floor(change.at.getTime() / QUARTER_MS) * QUARTER_MS);
    const key = `${at.toISOString()} ${change.currency} ${change.accountId}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...change,
      key,
      at,
      sold: change.sold + (sum?.sold ?? 0n),
      recognised: change.recognised + (sum?.recognised ?? 0n),
      broken: change.broken + (sum?.broken ?? 0n),
      returned: change.returned + (sum?.returned ?? 0n),
      tax: change.tax + (sum?.tax ?? 0n),
    });
  }
  return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
