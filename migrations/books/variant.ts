import { PLANS } from '../1795219200550-create-book-functions.js';

/** For which database a function is made. */
export interface Variant {
  /**
   * Whether the tables of the books are shards by account, as Citus makes them. Then a statement names its accounts
   * once more as values, by which Citus sees the one shard that they are all on; and rows are found by their keys,
   * since a ctid says nothing there. It is ordinary SQL, and runs on one Postgres just as well.
   */
  readonly sharded: boolean;
}

/**
 * How the statements of a function are planned. Citus sees values only in a plan that is made for them; the plan that
 * matters for speed is made by the node that has the shard. For one Postgres see `PLANS`.
 */
export function settings({ sharded }: Variant): string {
  return sharded ? '\n  set plan_cache_mode = force_custom_plan' : PLANS;
}

/**
 * The condition that names the accounts once more: to be put behind another one. Where there is an array in which each
 * account stands but once it is better: it is sent with each statement, and looked through.
 */
export function onShard({ sharded }: Variant, column: string, accounts: string): string {
  return sharded ? ` and ${column} = any(${accounts})` : '';
}

/**
 * The end of an `update … from` that changes one row for each row of `new`. Conditions stand without the name of the
 * table: `account_id = new.account_id`.
 */
export function whereRowIs(
  { sharded }: Variant,
  { table, accounts, conditions }: { table: string; accounts: string; conditions: readonly string[] },
): string {
  const of = (alias: string) => conditions.map((condition) => `${alias}.${condition}`).join(' and ');
  if (sharded) return `where ${of(table)} and ${table}.account_id = any(${accounts})`;
  return `cross join lateral (select ctid from ${table} kept where ${of('kept')} limit 1) as old
    where ${table}.ctid = old.ctid`;
}

/**
 * The query whose rows an insert adds: the account, then the columns of `unnest(…) as new (account, …)`. An insert goes
 * to one shard only if its accounts come from a table there.
 */
export function rowsToInsert(
  { sharded }: Variant,
  { accounts, columns, from }: { accounts: string; columns: string; from: string },
): string {
  if (!sharded) return `select new.account, ${columns} from ${from}`;
  return `select of_account.account_id, ${columns} from ${from}
    join balances of_account on of_account.account_id = new.account
    where of_account.account_id = any(${accounts})`;
}
