import type { Tx } from '../database/database.js';
import { type EntryRowWithLines, toEntry } from '../ledger/book/entry-rows.js';
import type { FollowedEntry } from '../reports/following/derivation.js';
import { reversedSpends } from '../reports/usage/reversed-spends.js';
import { billionthsText } from '../reports/usage/signed-quantity.js';
import { byQuarter, type Sum } from '../reports/usage/sum-up.js';
import { type UsageChange, usageOf } from '../reports/usage/usage-of.js';
import type { AccountRange } from './account-range.js';
import type { BookFinding } from './book-rule.js';
import { LotsAnew } from './lots-anew.js';
import { VOUCHER_TOTALS } from './voucher-rules.js';

const RULE = 'usage-report-is-sum-of-entries';

/**
 * Adds up the usage of a range of accounts anew, as far as each was followed, and compares it with what reports are
 * made of. What it needs of memory are the quarters of an hour of one account.
 */
export class RollupSums {
  private constructor(
    /** By account: up to which entry it was followed. */
    private readonly followed: ReadonlyMap<string, bigint>,
    /** By account, then by the key of the row. */
    private readonly sums = new Map<string, Map<string, Sum>>(),
    /** By account: the last entry that was read. */
    private readonly heads = new Map<string, bigint>(),
    private readonly faults: BookFinding[] = [],
    private readonly lots = new LotsAnew((accountId, detail) =>
      faults.push({ accountId, rule: 'cost-follows-from-entries', detail }),
    ),
  ) {}

  static async of(tx: Tx, { after, upTo }: AccountRange): Promise<RollupSums> {
    const rows: { account_id: string; seq: string }[] = await tx.query(
      // What is being cleared is no sum of anything.
      `select account_id, seq from followed_accounts
       where account_id > $1 and ($2::text is null or account_id <= $2)
         and not (seq = 0 and generation < (select generation from following))`,
      [after, upTo],
    );
    return new RollupSums(new Map(rows.map(({ account_id, seq }) => [account_id, BigInt(seq)])));
  }

  /** Takes entries of both forms, as they are read: by account and number. */
  async add(tx: Tx, rows: readonly EntryRowWithLines[]): Promise<void> {
    const recorded = rows
      .map((row) => ({ entry: toEntry(row), lines: row.lines }))
      .filter(({ entry }) => entry.seq <= (this.followed.get(entry.accountId) ?? 0n));
    const costs = await this.lots.follow(
      tx,
      recorded.map(({ entry }) => entry),
    );
    const entries = recorded.map((entry, place): FollowedEntry => ({ ...entry, costs: costs[place] ?? [] }));
    const spends = await reversedSpends(tx, entries);
    for (const [accountId, ofAccount] of Map.groupBy(entries, ({ entry }) => entry.accountId))
      this.addTo(
        accountId,
        ofAccount.flatMap((entry) => this.usageOf(entry, spends)),
      );
    for (const { account_id, seq } of rows) this.heads.set(account_id, BigInt(seq));
    const last = rows.at(-1)?.account_id;
    await this.compare(
      tx,
      [...this.sums.keys()].filter((accountId) => accountId !== last),
    );
  }

  /** What differs from the sums of all entries of the range. */
  async end(tx: Tx, { after, upTo }: AccountRange): Promise<BookFinding[]> {
    await this.compare(tx, [...this.sums.keys()]);
    const strays: { account_id: string }[] = await tx.query(
      `select distinct account_id from usage_quarters
       where account_id > $1 and ($2::text is null or account_id <= $2)
         and account_id not in (
           select account_id from followed_accounts
           where seq > 0 or generation < (select generation from following))`,
      [after, upTo],
    );
    for (const { account_id: accountId } of strays) this.note(accountId, 'usage is kept that was never followed');
    for (const [accountId, seq] of this.followed) {
      const head = this.heads.get(accountId) ?? 0n;
      if (seq > head) this.note(accountId, `it was followed up to entry ${seq}, the last is ${head}`);
    }
    return this.faults;
  }

  /** Books that are damaged otherwise may not say what was used. */
  private usageOf(entry: FollowedEntry, spends: ReadonlyMap<string, FollowedEntry[]>): UsageChange[] {
    try {
      return usageOf(entry, spends);
    } catch (error) {
      this.note(entry.entry.accountId, `entry ${entry.entry.seq}: ${String(error)}`);
      return [];
    }
  }

  private addTo(accountId: string, changes: readonly UsageChange[]): void {
    const sums = this.sums.get(accountId) ?? new Map<string, Sum>();
    this.sums.set(accountId, sums);
    for (const change of byQuarter(changes).flatMap(apartFromCost)) {
      const known = sums.get(keyOf(change));
      sums.set(
        keyOf(change),
        known === undefined
          ? change
          : {
              ...change,
              quantity: known.quantity + change.quantity,
              credits: known.credits + change.credits,
              costMinor: known.costMinor + change.costMinor,
            },
      );
    }
  }

  /** Compares accounts of which all entries were read, and forgets them. */
  private async compare(tx: Tx, accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    await this.lots.compare(tx, accountIds);
    const rows: { account_id: string; key: string; is: string }[] = await tx.query(
      // See `apartFromCost`.
      `select account_id,
         concat_ws(' ', (extract(epoch from quarter) * 1000)::bigint, meter_key, part.currency, dimensions) as key,
         trim_scale(sum(part.quantity)) || ' units, ' || sum(part.credits) || ' credits, ' || sum(part.cost_minor)
           || ' minor' as is
       from usage_quarters cross join lateral (values ('', quantity, credits, 0), (currency, 0, 0, cost_minor))
         as part (currency, quantity, credits, cost_minor)
       where account_id = any($1)
       group by account_id, quarter, meter_key, part.currency, dimensions`,
      [accountIds],
    );
    const kept = Map.groupBy(rows, ({ account_id }) => account_id);
    for (const accountId of accountIds) {
      const is = new Map((kept.get(accountId) ?? []).map((row) => [row.key, row.is]));
      const should = this.sums.get(accountId) ?? new Map<string, Sum>();
      for (const key of new Set([...is.keys(), ...should.keys()])) {
        const sum = should.get(key);
        this.compareOne(accountId, key, is.get(key) ?? NOTHING, sum === undefined ? NOTHING : textOf(sum));
      }
      this.sums.delete(accountId);
    }
  }

  private compareOne(accountId: string, key: string, is: string, should: string): void {
    if (is === should) return;
    const [ms, ...name] = key.split(' ');
    const quarter = new Date(Number(ms)).toISOString();
    this.note(accountId, `${quarter} ${name.join(' ')}: kept is ${is}, entries sum to ${should}`);
  }

  private note(accountId: string, detail: string): void {
    this.faults.push({ accountId, rule: RULE, detail });
  }
}

/**
 * What was used, and its cost by currency. Which of the rows of its currencies has what was used is nobody's business:
 * it depends on how many spends were followed at once, since one by itself may cost nothing.
 */
function apartFromCost(sum: Sum): Sum[] {
  return [
    { ...sum, currency: '', costMinor: 0n },
    { ...sum, quantity: 0n, credits: 0n },
  ];
}

const NOTHING = '0 units, 0 credits, 0 minor';

function textOf({ quantity, credits, costMinor }: Sum): string {
  return `${billionthsText(quantity)} units, ${credits} credits, ${costMinor} minor`;
}

function keyOf({ beginsMs, meter, currency, dimensions }: Sum): string {
  return `${beginsMs} ${meter} ${currency} ${dimensions}`;
}

/**
 * What is kept over all accounts, and by day, is the sum of their quarters, and vouchers count what was redeemed:
 * queries for what is not.
 */
const OVERALL: readonly { rule: string; sql: string }[] = [
  {
    rule: 'revenue-total-is-sum-of-accounts',
    sql: `
      select '*' as account_id,
        quarter || ' ' || currency || ': kept is ' || coalesce(t.sums, '{}')::text || ', accounts have '
          || coalesce(q.sums, '{}')::text as detail
      from (
        select quarter, currency,
          array[sold_minor, recognised_minor, broken_minor, returned_minor, tax_minor]::numeric[] as sums
        from revenue_totals) t
      full join (
        select quarter, currency,
          array[sum(sold_minor), sum(recognised_minor), sum(broken_minor), sum(returned_minor), sum(tax_minor)] as sums
        from revenue_quarters
        group by quarter, currency) q using (quarter, currency)
      where coalesce(t.sums, '{0,0,0,0,0}') <> coalesce(q.sums, '{0,0,0,0,0}')`,
  },
  {
    rule: 'usage-total-is-sum-of-accounts',
    sql: `
      select '*' as account_id,
        quarter || ' ' || meter_key || ' ' || currency || ' ' || dimensions || ': kept is ' || coalesce(t.credits, 0)
          || ' credits, accounts have ' || coalesce(q.credits, 0) as detail
      from usage_totals t
      full join (
        select quarter, meter_key, dimensions, currency, sum(quantity) as quantity, sum(credits) as credits,
          sum(cost_minor) as cost_minor
        from usage_quarters group by 1, 2, 3, 4) q using (quarter, meter_key, dimensions, currency)
      where coalesce(t.quantity, 0) <> coalesce(q.quantity, 0) or coalesce(t.credits, 0) <> coalesce(q.credits, 0)
        or coalesce(t.cost_minor, 0) <> coalesce(q.cost_minor, 0)`,
  },
  ofDays('usage-day-is-sum-of-quarters', 'usage_days', 'meter_key, currency'),
  ofDays('usage-dimension-day-is-sum-of-quarters', 'usage_dimension_days', 'meter_key, currency, dimensions'),
  ...VOUCHER_TOTALS,
];

/** The rule that a table of days of accounts, by some columns, is the sum of their quarters of an hour. */
function ofDays(rule: string, table: string, columns: string): { rule: string; sql: string } {
  return {
    rule,
    sql: `
      select account_id,
        concat_ws(' ', day, ${columns}) || ': kept is ' || coalesce(d.credits, 0) || ' credits, quarters have '
          || coalesce(q.credits, 0) as detail
      from ${table} d
      full join (
        select account_id, date_trunc('day', quarter, 'UTC') as day, ${columns}, sum(quantity) as quantity,
          sum(credits) as credits, sum(cost_minor) as cost_minor
        from usage_quarters group by account_id, day, ${columns}) q using (account_id, day, ${columns})
      where coalesce(d.quantity, 0) <> coalesce(q.quantity, 0) or coalesce(d.credits, 0) <> coalesce(q.credits, 0)
        or coalesce(d.cost_minor, 0) <> coalesce(q.cost_minor, 0)`,
  };
}

/** What differs over all accounts; `*` stands for them where it is of no one. */
export async function overallFaults(tx: Tx): Promise<BookFinding[]> {
  const faults: BookFinding[] = [];
  for (const { rule, sql } of OVERALL) {
    const rows: { account_id: string; detail: string }[] = await tx.query(sql);
    faults.push(...rows.map(({ account_id: accountId, detail }) => ({ accountId, rule, detail })));
  }
  return faults;
}
