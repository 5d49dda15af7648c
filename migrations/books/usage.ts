import { onShard, rowsToInsert, settings, type Variant } from './variant.js';

/**
 * Counters and remainders that are named, and up to 128 others of the same meters, which are remembered: the next spend
 * may need them. To be called behind `read_books`, in the same statement or a later one: each statement in it sees what
 * the former holder of a lock wrote.
 */
export function readCounters(variant: Variant): string {
  const here = onShard(variant, 'account_id', 'accounts');
  const lists = (columns: string, table: string, { isOfMonth }: { isOfMonth: boolean }) => {
    const month = isOfMonth ? ' and month = asked.month' : '';
    const ofMeter = isOfMonth
      ? '(select distinct account, month, meter from unnest(accounts, months, meters) as x (account, month, meter))'
      : '(select distinct account, meter from unnest(accounts, meters) as x (account, meter))';
    return `
      select ${columns}
      from unnest(accounts, months, meters, matches) as asked (account, month, meter, match)
      cross join lateral (
        select * from ${table}
        where account_id = asked.account and meter_key = asked.meter${month} and match = asked.match${here} limit 1) k
      union
      select ${columns}
      from ${ofMeter} as asked
      cross join lateral (
        select * from ${table}
        where account_id = asked.account and meter_key = asked.meter${month}${here} order by match limit 128) k`;
  };
  const used = lists('k.account_id, k.meter_key, k.match, k.month, k.used::text as used', 'usage_counters', {
    isOfMonth: true,
  });
  const remainders = lists(
    'k.account_id, k.meter_key, k.match, k.numerator::text as numerator, k.denominator::text as denominator',
    'usage_remainders',
    { isOfMonth: false },
  );
  return `
  create or replace function read_counters(accounts text[], months text[], meters text[], matches text[])
  returns json language plpgsql volatile ${settings(variant)} as $$
  declare
    used_rows json;
    remainder_rows json;
  begin
    select json_agg(c) into used_rows from (${used}) c;
    select json_agg(c) into remainder_rows from (${remainders}) c;
    return json_build_object('used', used_rows, 'remainders', remainder_rows);
  end $$`;
}

/** What rows of entries keep of lines, by the numbers of the entries. */
export function readLines(variant: Variant): string {
  return `
  create or replace function read_lines(account_ids text[], seqs bigint[])
  returns table (account_id text, seq bigint, lines text)
  language plpgsql volatile ${settings(variant)} as $$
  #variable_conflict use_column
  begin
    return query
    select e.account_id, e.seq, e.lines::text
    from (select distinct * from unnest(account_ids, seqs)) as named (account, number)
    cross join lateral (
      select * from entry_rows x
      where x.account_id = named.account and x.seq = named.number and x.lines is not null
        ${onShard(variant, 'x.account_id', 'account_ids')} limit 1) e;
  end $$`;
}

/**
 * What becomes of counters and remainders. To be called behind the function that compares or has locked the balances of
 * their accounts.
 */
export function writeCounters(variant: Variant): string {
  const used = rowsToInsert(variant, {
    accounts: 'u_accounts',
    columns: 'new.meter, new.match, new.month, new.used::numeric',
    from: `unnest(u_accounts, u_meters, u_matches, u_months, u_used) as new (account, meter, match, month, used)`,
  });
  const remainders = rowsToInsert(variant, {
    accounts: 'r_accounts',
    columns: 'new.meter, new.match, new.numerator::numeric, new.denominator::numeric',
    from: `unnest(r_accounts, r_meters, r_matches, r_numerators, r_denominators)
        as new (account, meter, match, numerator, denominator)`,
  });
  return `
  create or replace function write_counters(u_accounts text[], u_meters text[], u_matches text[], u_months text[],
    u_used text[], r_accounts text[], r_meters text[], r_matches text[], r_numerators text[], r_denominators text[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if cardinality(u_accounts) > 0 then
      insert into usage_counters (account_id, meter_key, match, month, used)
      ${used}
      on conflict (account_id, meter_key, month, match) do update set used = excluded.used;
    end if;
    if cardinality(r_accounts) > 0 then
      insert into usage_remainders (account_id, meter_key, match, numerator, denominator)
      ${remainders}
      on conflict (account_id, meter_key, match)
        do update set numerator = excluded.numerator, denominator = excluded.denominator;
    end if;
  end $$`;
}
