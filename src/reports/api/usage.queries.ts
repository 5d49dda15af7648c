import type { SqlRunner } from '../../ledger/sql-runner.js';
import type { AskedUsage, Span } from './asked-usage.js';

const DAY_MS = 24 * 60 * 60_000;

/** What was used, added up. */
export interface SumsRow {
  quantity: string;
  credits: string;
  /** By currency, where there is any. As text: a sum may be larger than JSON's numbers are exact. */
  cost: { currency: string; amountMinor: string }[] | null;
}

/** Sums of one period, meter and combination of dimensions. */
export interface UsageRow extends SumsRow {
  /** Which period, from 1. */
  period: number;
  meter_key: string;
  /** In the order of the names that were asked for; null for what the usage does not have. */
  dimension_values: (string | null)[];
}

/** The sums of currencies, as those of one row. */
const OVER_CURRENCIES = `trim_scale(sum(quantity))::text as quantity, sum(credits)::text as credits,
       json_agg(json_build_object('currency', currency, 'amountMinor', cost_minor::text) order by currency)
         filter (where cost_minor <> 0) as cost`;
const SUMS = 'sum(quantity) as quantity, sum(credits) as credits, sum(cost_minor) as cost_minor';
const IS_ANY = 'sum(quantity) <> 0 or sum(credits) <> 0 or bool_or(cost_minor <> 0)';

/** The sums of an account, or over all of them, in the order of a report. At most `limit` of them. */
export function usageRows(
  db: SqlRunner,
  { accountId, asked, limit }: { accountId: string | undefined; asked: AskedUsage; limit: number },
): Promise<UsageRow[]> {
  const { meter, fromMs, toMs, beginnings, names } = asked;
  const isOfAll = accountId === undefined;
  return db.query(
    // Dimensions are read once for each combination of them, not once for each quarter of an hour.
    `with summed as materialized (
       select width_bucket(quarter, $1::timestamptz[]) as period, meter_key, currency,
         ${names.length === 0 ? `'{}'` : 'dimensions'} as dimensions, ${SUMS}
       from ${isOfAll ? 'usage_totals' : 'usage_quarters'}
       where quarter >= $2 and quarter < $3 and ($4::text is null or meter_key = $4)
         ${isOfAll ? '' : 'and account_id = $7'}
       group by 1, 2, 3, 4),
     named as materialized (
       select period, meter_key, currency, dimension_values, ${SUMS}
       from summed
       cross join lateral (
         select array(
           select dimensions::json->>name from unnest($5::text[]) with ordinality as asked (name, place) order by place
         ) as dimension_values) of_names
       group by period, meter_key, currency, dimension_values)
     select period, meter_key, dimension_values, ${OVER_CURRENCIES}
     from named
     group by period, meter_key, dimension_values
     having ${IS_ANY}
     order by period, meter_key, dimension_values
     limit $6`,
    [
      beginnings.map((ms) => new Date(ms)),
      new Date(fromMs),
      new Date(toMs),
      meter ?? null,
      names,
      limit,
      ...(isOfAll ? [] : [accountId]),
    ],
  );
}

/** What an account has used. */
export interface AccountRow extends SumsRow {
  account_id: string;
}

/**
 * The accounts that spent most, in order: by whole days (UTC) where the span has some, and by quarters of an hour at
 * its ends.
 */
export function topAccountRows(
  db: SqlRunner,
  { span, meter, limit }: { span: Span; meter: string | undefined; limit: number },
): Promise<AccountRow[]> {
  const firstDay = Math.min(Math.ceil(span.fromMs / DAY_MS) * DAY_MS, span.toMs);
  const lastDay = Math.max(Math.floor(span.toMs / DAY_MS) * DAY_MS, firstDay);
  const part = (table: string, column: string, from: string, to: string) =>
    `select account_id, currency, quantity, credits, cost_minor from ${table}
       where ${column} >= ${from} and ${column} < ${to} and ($5::text is null or meter_key = $5)`;
  return db.query(
    `with used as (
       ${part('usage_days', 'day', '$2', '$3')}
       union all
       ${part('usage_quarters', 'quarter', '$1', '$2')}
       union all
       ${part('usage_quarters', 'quarter', '$3', '$4')}),
     summed as materialized (select account_id, currency, ${SUMS} from used group by account_id, currency)
     select account_id, ${OVER_CURRENCIES}
     from summed
     group by account_id
     having ${IS_ANY}
     order by sum(credits) desc, sum(quantity) desc, account_id
     limit $6`,
    [...[span.fromMs, firstDay, lastDay, span.toMs].map((ms) => new Date(ms)), meter ?? null, limit],
  );
}
