import { onShard, settings, type Variant } from './variant.js';

/** What a spend that is found by its key was of. */
export const LINES_OF_KEY = ', e.lines::text as lines';

function readBalances(lock: string): string {
  return `select json_agg(b) as rows, array_agg(b.account_id) as ids, bool_or(b.held > 0) as are_held into found from (
          select * from balances where account_id = any(account_ids) order by account_id${lock}) b;`;
}

/**
 * Of each account the first grants in the order of burn-down, and the pending ones that become effective first. Where
 * there may be more of the former, some of those that are over by now may stand behind them: these are read as well, the
 * earliest end first, and when the next one ends.
 */
function readGrants(variant: Variant): string {
  const of = (status: string) =>
    `account_id = of_account.id${onShard(variant, 'account_id', 'ids')} and status = '${status}'`;
  return `
      select json_agg(g), array_agg(g.account_id) into open_grants, owners from unnest(ids) as of_account (id)
      cross join lateral (
        select * from grants where ${of('active')}
        order by priority, expires_at, category desc, effective_at, ordinal limit grants_limit) g;
      select json_agg(g) into pending_grants from unnest(ids) as of_account (id)
      cross join lateral (
        select * from grants where ${of('pending')} order by effective_at, ordinal limit dues_limit) g;
      if cardinality(owners) >= grants_limit then
        ids_of_many := array(select owner from unnest(owners) as owner group by owner having count(*) >= grants_limit);
        select json_agg(g) into ended_grants from unnest(ids_of_many) as of_account (id)
        cross join lateral (
          select * from grants where ${of('active')} and expires_at <= at order by expires_at, ordinal limit dues_limit) g;
        select json_agg(n) into next_ends from unnest(ids_of_many) as of_account (id)
        cross join lateral (
          select account_id, expires_at from grants where ${of('active')} and expires_at > at
          order by expires_at, ordinal limit 1) n;
      end if;`;
}

/**
 * Each statement of a volatile function has a snapshot of its own: what is read after the lock was granted includes what
 * its former holder has written. `locking` is 'wait', 'skip' (leave out what somebody else has locked) or 'none'.
 *
 * Of the holds that ended elsewhere and have still reserved something some are read as well, to give that back: a process
 * of a version before knows nothing of it.
 *
 * Of grants no more than `grants_limit` in each order are read of an account, and of what is due no more than
 * `dues_limit` of a kind; null is no limit. Of the holds those are read that are due, those that are named, and the next
 * 128 of each account, since it is remembered if these are all. Keys are those that were stored, and those that rows of
 * spends and holds keep.
 */
export function readBooks(variant: Variant, { knowsReserved = true } = {}): string {
  const ofReserved = (text: string) => (knowsReserved ? text : '');
  return `
  create or replace function read_books(locking text, account_ids text[], at timestamptz, hold_accounts text[],
    hold_ids text[], key_digests bytea[], key_accounts text[], grants_limit int, dues_limit int)
  returns json language plpgsql volatile ${settings(variant)} as $$
  declare
    found record;
    ids text[];
    owners text[];
    ids_of_many text[];
    skipped json;
    open_grants json;
    pending_grants json;
    ended_grants json;
    next_ends json;
    due_holds json;
    next_holds json;
    named_holds json;
    are_held boolean;${ofReserved(`
    stranded_holds json;`)}
    known_keys json;
    spend_keys json;
    hold_keys json;
  begin
    case locking
      when 'wait' then
        ${readBalances(' for no key update')}
      when 'skip' then
        ${readBalances(' for no key update skip locked')}
        select json_agg(account_id) into skipped from balances
        where account_id = any(account_ids) and account_id <> all(coalesce(found.ids, '{}'));
      when 'none' then
        ${readBalances('')}
    end case;
    ids := found.ids;
    are_held := found.are_held;
    -- Of an account that there is not, nothing is read: shards would not know which of them to ask.
    if ids is not null then${readGrants(variant)}${ofReserved(`
      -- A hold by lines may hold no credits; it has reserved something as long as it is active.
      if exists (select from unnest(ids) as of_account (id)
        cross join lateral (
          select from holds where account_id = of_account.id${onShard(variant, 'account_id', 'ids')}
            and reserved is not null limit 1) r) then
        are_held := true;
        select json_agg(h) into stranded_holds from unnest(ids) as of_account (id)
        cross join lateral (
          select * from holds where account_id = of_account.id${onShard(variant, 'account_id', 'ids')}
            and reserved is not null and status <> 'active' limit 128) h;
      end if;`)}
    end if;
    if are_held then
      select json_agg(h) into due_holds from unnest(ids) as of_account (id)
      cross join lateral (
        select * from holds where account_id = of_account.id${onShard(variant, 'account_id', 'ids')}
          and status = 'active' and expires_at <= at
        order by expires_at limit dues_limit) h;
      select json_agg(h) into next_holds from unnest(ids) as of_account (id)
      cross join lateral (
        select * from holds where account_id = of_account.id${onShard(variant, 'account_id', 'ids')}
          and status = 'active' and expires_at > at
        order by expires_at limit 128) h;
    end if;
    if cardinality(hold_ids) > 0 then
      select json_agg(h) into named_holds from unnest(hold_accounts, hold_ids) as named (account, hold)
      cross join lateral (
        select * from holds where account_id = named.account and id = named.hold
          ${onShard(variant, 'account_id', 'account_ids')} limit 1) h;
    end if;
    if cardinality(key_digests) > 0 then
      select json_agg(k) into known_keys from (
        select i.key_digest, i.fingerprint, i.status, i.answer::text as answer
        from unnest(key_digests, key_accounts) as asked (digest, account)
        cross join lateral (
          select * from idempotency_keys where key_digest = asked.digest and account_id = asked.account
            ${onShard(variant, 'account_id', 'account_ids')} limit 1) i) k;
      select json_agg(k) into spend_keys from (
        select asked.digest as key_digest, e.account_id, e.seq, e.amount, e.balance_after, e.recorded_at, e.salt, e.held,
          e.grant_id, e.grant_ids, e.grant_amounts, e.description, e.metadata::text as metadata,
          e.answer_form${LINES_OF_KEY}, row_to_json(h) as hold
        from unnest(key_digests) as asked (digest)
        cross join lateral (
          select * from entry_rows where key_digest = encode(asked.digest, 'hex')::uuid
            ${onShard(variant, 'account_id', 'account_ids')} limit 1) e
        left join lateral (
          select * from holds where account_id = e.account_id and id = e.hold_id
            ${onShard(variant, 'account_id', 'account_ids')} limit 1) h on true) k;
      select json_agg(k) into hold_keys from (
        select asked.digest as key_digest, h.account_id, h.id, h.amount, h.created_at,
          h.asked_seconds${ofReserved(', h.lines')}
        from unnest(key_digests) as asked (digest)
        cross join lateral (
          select * from holds where key_digest = encode(asked.digest, 'hex')::uuid
            ${onShard(variant, 'account_id', 'account_ids')} limit 1) h) k;
    end if;
    return json_build_object('balances', found.rows, 'grants', open_grants, 'pendingGrants', pending_grants,
      'endedGrants', ended_grants, 'nextEnds', next_ends, 'dueHolds', due_holds,
      'namedHolds', named_holds, 'skipped', skipped, 'keys', known_keys, 'spendKeys', spend_keys,
      'nextHolds', next_holds, 'holdKeys', hold_keys${ofReserved(`, 'strandedHolds', stranded_holds`)});
  end $$`;
}
