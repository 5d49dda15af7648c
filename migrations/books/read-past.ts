import { onShard, settings, type Variant } from './variant.js';

// What some decisions need beyond open grants and active holds. Each asks for what it names one by one (`lateral` with
// an end, which no planner turns round), and finds nothing twice that is named twice.

const ENTRY_OF_ROWS = `e.account_id, e.seq, e.kind::text, e.amount, e.balance_after, e.debt, e.source_type, e.source_id,
      e.reason, e.actor, e.effective_at, e.recorded_at, e.hash, null::jsonb, e.grant_id, e.grant_ids::text[],
      e.grant_amounts::text[], e.salt`;
const ENTRY_OF_V1 = `e.account_id, e.seq, e.kind, e.amount, e.balance_after, e.debt, e.source_type, e.source_id,
      e.reason, e.actor, e.effective_at, e.recorded_at, e.hash, e.allocations, null::uuid, null::text[], null::text[],
      null::integer`;

/** The entries by which causes gave back, and those with certain numbers, oldest first, of both forms. */
export function readEntries(variant: Variant): string {
  const ofCauses = (columns: string, table: string, kinds: string) => `
    select ${columns}
    from (select distinct * from unnest(cause_accounts, cause_types, cause_ids)) as cause (account, type, id)
    cross join lateral (
      select * from ${table} where account_id = cause.account and source_type = cause.type and source_id = cause.id
        and kind in (${kinds})${onShard(variant, 'account_id', 'account_ids')} offset 0) e`;
  const ofNumbers = (columns: string, table: string) => `
    select ${columns}
    from (select distinct * from unnest(seq_accounts, seqs)) as numbered (account, number)
    cross join lateral (
      select * from ${table} where account_id = numbered.account and seq = numbered.number
        ${onShard(variant, 'account_id', 'account_ids')} limit 1) e`;
  return `
  create or replace function read_entries(cause_accounts text[], cause_types text[], cause_ids text[],
    seq_accounts text[], seqs bigint[])
  returns table (account_id text, seq bigint, kind text, amount bigint, balance_after bigint, debt bigint,
    source_type text, source_id text, reason text, actor text, effective_at timestamptz, recorded_at timestamptz,
    hash bytea, allocations jsonb, grant_id uuid, grant_ids text[], grant_amounts text[], salt integer)
  language plpgsql volatile ${settings(variant)} as $$
  #variable_conflict use_column
  declare
    account_ids text[] := cause_accounts || seq_accounts;
  begin
    return query
    ${ofCauses(ENTRY_OF_ROWS, 'entry_rows', `'f', 'd', 'i', 'r'`)}
    union all
    ${ofCauses(ENTRY_OF_V1, 'entries_v1', `'refund_reversal', 'dispute_reversal', 'reinstatement', 'spend_reversal'`)}
    union all
    ${ofNumbers(ENTRY_OF_ROWS, 'entry_rows')}
    union all
    ${ofNumbers(ENTRY_OF_V1, 'entries_v1')}
    order by 1, 2;
  end $$`;
}

/** Grants that are named, or that belong to purchases, in the order in which they were made. */
export function readNamedGrants(variant: Variant): string {
  return `
  create or replace function read_named_grants(grant_accounts text[], grant_ids text[], source_accounts text[],
    source_types text[], source_ids text[])
  returns json language plpgsql volatile ${settings(variant)} as $$
  declare
    account_ids text[] := grant_accounts || source_accounts;
  begin
    return (
      select json_agg(g order by g.account_id, g.ordinal) from (
        select found.* from unnest(grant_accounts, grant_ids) as named (account, id)
        cross join lateral (
          select * from grants where account_id = named.account and grants.id = named.id
            ${onShard(variant, 'account_id', 'account_ids')} limit 1) found
        union
        select found.* from unnest(source_accounts, source_types, source_ids) as purchase (account, type, id)
        cross join lateral (
          select * from grants
          where account_id = purchase.account and source_type = purchase.type and source_id = purchase.id
            ${onShard(variant, 'account_id', 'account_ids')} offset 0) found) g);
  end $$`;
}

/**
 * Spends of both forms by their ids; those that are a row of their entry are found by its number. What was given back is
 * summed up here as the view `spends_of_rows` does it, which Citus cannot send to one shard.
 */
export function readSpends(variant: Variant): string {
  const here = (table: string) => onShard(variant, `${table}.account_id`, 'account_ids');
  const givenBack = (table: string, kind: string) => `coalesce((
        select sum(r.amount) from ${table} r
        where r.account_id = named.account and r.source_type = 'spend' and r.source_id = named.of_id
          and r.kind = '${kind}'${here('r')}), 0)`;
  return `
  create or replace function read_spends(account_ids text[], ids text[], seqs bigint[])
  returns table (account_id text, id text, seq bigint, amount bigint, reversed bigint, hold_id text, description text,
    metadata jsonb, idempotency_key text, recorded_at timestamptz)
  language plpgsql volatile ${settings(variant)} as $$
  #variable_conflict use_column
  begin
    return query
    select s.account_id, s.id, s.seq, s.amount, s.reversed, s.hold_id, s.description, s.metadata, s.idempotency_key,
      s.recorded_at
    from (select distinct * from unnest(account_ids, ids)) as named (account, of_id)
    cross join lateral (
      select * from spends_v1 v where v.account_id = named.account and v.id = named.of_id${here('v')} limit 1) s
    union all
    select e.account_id, named.of_id, e.seq, -e.amount,
      (${givenBack('entry_rows', 'r')} + ${givenBack('entries_v1', 'spend_reversal')})::bigint,
      e.hold_id, e.description, coalesce(e.metadata::jsonb, '{}'), e.idempotency_key, e.recorded_at
    from (select distinct * from unnest(account_ids, ids, seqs)) as named (account, of_id, number)
    cross join lateral (
      select * from entry_rows x
      where x.account_id = named.account and x.seq = named.number and x.kind = 's'
        and spend_id(x.recorded_at, x.seq, x.salt) = named.of_id${here('x')} limit 1) e;
  end $$`;
}
