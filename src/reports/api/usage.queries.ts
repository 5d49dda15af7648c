import type { SqlRunner } from '../../ledger/sql-runner.js';
import type { AskedUsage, Span } from './asked-usage.js';
import { type DaysAndEdges, daysAndEdges } from './days-and-edges.js';

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
  const { meter, names } = asked;
  const summed = accountId === undefined ? byQuarters('usage_totals', asked) : ofAccount(asked);
  return db.query(
    // Dimensions are read once for each combination of them, not once for each row that is added up.
    `with ${summed.sql},
     named as materialized (
       select period, meter_key, currency, dimension_values, ${SUMS}
       from summed
       cross join lateral (
         select array(
           select dimensions::json->>name from unnest($2::text[]) with ordinality as asked (name, place) order by place
         ) as dimension_values) of_names
       group by period, meter_key, currency, dimension_values)
     select period, meter_key, dimension_values, ${OVER_CURRENCIES}
     from named
     group by period, meter_key, dimension_values
     having ${IS_ANY}
     order by period, meter_key, dimension_values
     limit $3`,
    [meter ?? null, names, limit, accountId ?? null, ...summed.parameters],
  );
}

/**
 * `summed`, which has the sums of each period by meter, currency and dimensions. Its parameters begin with $5: $1 is
 * the meter, and $4 the account.
 */
interface Summed {
  readonly sql: string;
  readonly parameters: unknown[];
}

const IS_OF_METER = '($1::text is null or meter_key = $1)';

function ofAccount(asked: AskedUsage): Summed {
  const parts = daysAndEdges(asked);
  return parts === undefined ? byQuarters('usage_quarters', asked) : byDays(parts, asked);
}

function byQuarters(table: 'usage_totals' | 'usage_quarters', { beginnings, fromMs, toMs, names }: AskedUsage): Summed {
  return {
    sql: `summed as materialized (
       select width_bucket(quarter, $5::timestamptz[]) as period, meter_key, currency,
         ${toldApart(names)} as dimensions, ${SUMS}
       from ${table}
       where quarter >= $6 and quarter < $7 and ${IS_OF_METER}
         and ${table === 'usage_totals' ? '$4::text is null' : 'account_id = $4'}
       group by 1, 2, 3, 4)`,
    parameters: [instants(beginnings), new Date(fromMs), new Date(toMs)],
  };
}

function byDays({ midnights, edges }: DaysAndEdges, { names }: AskedUsage): Summed {
  const key = `meter_key, currency, ${toldApart(names)}`;
  return {
    // Each edge is added up by itself, so that it is found by the index, however large it is guessed to be.
    sql: `at_edges as materialized (
       select gains, loses, of_edge.*
       from unnest($6::timestamptz[], $7::timestamptz[], $8::integer[], $9::integer[])
         as edge (begins, ends, gains, loses)
       cross join lateral (
         select ${key} as dimensions, ${SUMS}
         from usage_quarters
         where account_id = $4 and quarter >= begins and quarter < ends and ${IS_OF_METER}
         group by 1, 2, 3) of_edge),
     summed as materialized (
       select period, meter_key, currency, dimensions, ${SUMS}
       from (
         select width_bucket(day, $5::timestamptz[]) as period, ${key} as dimensions, quantity, credits, cost_minor
         from usage_dimension_days
         where account_id = $4 and day >= ($5::timestamptz[])[1] and day < ($5::timestamptz[])[${midnights.length}]
           and ${IS_OF_METER}
         union all
         select gains, meter_key, currency, dimensions, quantity, credits, cost_minor
         from at_edges where gains is not null
         union all
         select loses, meter_key, currency, dimensions, -quantity, -credits, -cost_minor
         from at_edges where loses is not null) parts
       group by 1, 2, 3, 4)`,
    parameters: [
      instants(midnights),
      instants(edges.map(({ fromMs }) => fromMs)),
      instants(edges.map(({ toMs }) => toMs)),
      edges.map(({ gains }) => gains),
      edges.map(({ loses }) => loses),
    ],
  };
}

function toldApart(names: readonly string[]): string {
  return names.length === 0 ? `'{}'` : 'dimensions';
}

function instants(ms: readonly number[]): Date[] {
  return ms.map((one) => new Date(one));
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
