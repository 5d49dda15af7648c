import { onShard, rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';

/**
 * What accounts have included: all that covers usage of an instant or later and of which something remains, and what is
 * named by its id or by its purchase. To be called as `read_counters` is.
 */
export function readInclusions(variant: Variant): string {
  const columns = `k.account_id, k.id, k.meter_key, k.match, k.granted::text, k.remaining::text, k.taken_back::text,
        k.effective_at, k.expires_at, k.source_type, k.source_id, k.source_part, k.returned_minor, k.charged_minor`;
  const here = (accounts: string) => onShard(variant, 'x.account_id', accounts);
  return `
  create or replace function read_inclusions(accounts text[], moments timestamptz[], i_accounts text[], i_ids text[],
    p_accounts text[], p_types text[], p_ids text[])
  returns json language plpgsql volatile ${settings(variant)} as $$
  declare
    rows json;
    named json;
  begin
    if cardinality(accounts) > 0 then
      select json_agg(i) into rows from (
        select ${columns}
        from (
          select account, min(moment) as moment
          from unnest(accounts, moments) as x (account, moment) group by account) as asked
        cross join lateral (
          select * from usage_inclusions x
          where x.account_id = asked.account and x.expires_at > asked.moment and x.remaining > 0${here('accounts')}
          offset 0) k) i;
    end if;
    if cardinality(i_accounts) + cardinality(p_accounts) > 0 then
      select json_agg(i) into named from (
        select ${columns}
        from unnest(i_accounts, i_ids) as asked (account, id)
        cross join lateral (
          select * from usage_inclusions x
          where x.account_id = asked.account and x.id = asked.id${here('i_accounts')} limit 1) k
        union
        select ${columns}
        from unnest(p_accounts, p_types, p_ids) as asked (account, type, id)
        cross join lateral (
          select * from usage_inclusions x
          where x.account_id = asked.account and x.source_type = asked.type
            and x.source_id = asked.id${here('p_accounts')}
          offset 0) k) i;
    end if;
    if named is null then
      return rows;
    end if;
    if rows is null then
      return named;
    end if;
    return (rows::jsonb || named::jsonb)::json;
  end $$`;
}

/**
 * What becomes of inclusions. To be called behind the function that compares or has locked the balances of their
 * accounts.
 */
export function writeInclusions(variant: Variant): string {
  const added = rowsToInsert(variant, {
    accounts: 'n_accounts',
    columns: `new.id, new.meter, new.match, new.granted::numeric, new.remaining::numeric, new.effective, new.expires,
        new.source_type, new.source_id, new.source_part`,
    from: `unnest(n_accounts, n_ids, n_meters, n_matches, n_granted, n_remaining, n_effective, n_expires,
        n_source_types, n_source_ids, n_source_parts)
        as new (account, id, meter, match, granted, remaining, effective, expires, source_type, source_id, source_part)`,
  });
  return `
  create or replace function write_inclusions(n_accounts text[], n_ids text[], n_meters text[], n_matches text[],
    n_granted text[], n_remaining text[], n_effective timestamptz[], n_expires timestamptz[], n_source_types text[],
    n_source_ids text[], n_source_parts text[],
    c_accounts text[], c_ids text[], c_remaining text[], c_taken_back text[], c_expires timestamptz[],
    c_returned bigint[], c_charged bigint[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if cardinality(n_accounts) > 0 then
      insert into usage_inclusions (account_id, id, meter_key, match, granted, remaining, effective_at, expires_at,
        source_type, source_id, source_part)
      ${added};
      update balances set included_until = greatest(included_until, new.expires)
      from (
        select account, max(expires) as expires from unnest(n_accounts, n_expires) as x (account, expires)
        group by account) as new
      ${whereRowIs(variant, {
        table: 'balances',
        accounts: 'n_accounts',
        conditions: ['account_id = new.account'],
      })};
    end if;
    if cardinality(c_accounts) > 0 then
      update usage_inclusions set remaining = new.remaining::numeric, taken_back = new.taken_back::numeric,
        expires_at = new.expires, returned_minor = new.returned, charged_minor = new.charged
      from unnest(c_accounts, c_ids, c_remaining, c_taken_back, c_expires, c_returned, c_charged)
        as new (account_id, id, remaining, taken_back, expires, returned, charged)
      ${whereRowIs(variant, {
        table: 'usage_inclusions',
        accounts: 'c_accounts',
        conditions: ['account_id = new.account_id', 'id = new.id'],
      })};
    end if;
  end $$`;
}
