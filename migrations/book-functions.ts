import { PLANS, POSTED, STORE_POSTED } from './1795219200550-create-book-functions.js';

/**
 * The functions by which books are read and written, as they are since an entry can be one row. They decide nothing, and
 * run with the rights of their caller. See `PLANS` for how their statements are planned.
 */

/** The keys that rows of spends keep: the row stands for the answer. */
const KEYS_OF_ROWS = `select json_agg(k) into spend_keys from (
        select asked.digest as key_digest, e.account_id, e.seq, e.amount, e.balance_after, e.recorded_at, e.salt, e.held,
          e.grant_id, e.grant_ids, e.grant_amounts, e.description, e.metadata::text as metadata, e.answer_form
        from unnest(key_digests) as asked (digest)
        cross join lateral (
          select * from entry_rows where key_digest = encode(asked.digest, 'hex')::uuid limit 1) e) k;`;

/** Holds that are not due: some of each account, since it is remembered if these are all. */
const NEXT_HOLDS = `
      select json_agg(h) into next_holds from unnest(ids) as of_account (id)
      cross join lateral (
        select * from holds where account_id = of_account.id and status = 'active' and expires_at > at
        order by expires_at limit 128) h;`;

function readBooks(keysOfRows: string, nextHolds: string): string {
  return `
  create or replace function read_books(locking text, account_ids text[], at timestamptz, hold_accounts text[],
    hold_ids text[], key_digests bytea[], key_accounts text[])
  returns json language plpgsql volatile ${PLANS} as $$
  declare
    found record;
    ids text[];
    skipped json;
    open_grants json;
    due_holds json;
    known_keys json;
    spend_keys json;
    next_holds json;
  begin
    case locking
      when 'wait' then
        select json_agg(b) as rows, array_agg(b.account_id) as ids, bool_or(b.held > 0) as are_held into found from (
          select * from balances where account_id = any(account_ids) order by account_id for no key update) b;
      when 'skip' then
        select json_agg(b) as rows, array_agg(b.account_id) as ids, bool_or(b.held > 0) as are_held into found from (
          select * from balances where account_id = any(account_ids) order by account_id
          for no key update skip locked) b;
        select json_agg(account_id) into skipped from balances
        where account_id = any(account_ids) and account_id <> all(coalesce(found.ids, '{}'));
      when 'none' then
        select json_agg(b) as rows, array_agg(b.account_id) as ids, bool_or(b.held > 0) as are_held into found from (
          select * from balances where account_id = any(account_ids) order by account_id) b;
    end case;
    ids := found.ids;
    select json_agg(g) into open_grants from (
      select * from grants where account_id = any(ids) and status in ('pending', 'active')
      order by account_id, ordinal) g;
    if found.are_held then
      select json_agg(h) into due_holds from (
        select * from holds where account_id = any(ids) and status = 'active' and expires_at <= at
        order by account_id, id) h;${nextHolds}
    end if;
    if cardinality(key_digests) > 0 then
      select json_agg(k) into known_keys from (
        select i.key_digest, i.fingerprint, i.status, i.answer::text as answer
        from unnest(key_digests, key_accounts) as asked (digest, account)
        cross join lateral (
          select * from idempotency_keys
          where key_digest = asked.digest and account_id = asked.account limit 1) i) k;
      ${keysOfRows}
    end if;
    return json_build_object('balances', found.rows, 'grants', open_grants, 'dueHolds', due_holds,
      'namedHolds', case when cardinality(hold_ids) > 0 then (
        select json_agg(h) from unnest(hold_accounts, hold_ids) as named (account, hold)
        cross join lateral (
          select * from holds where account_id = named.account and id = named.hold limit 1) h) end,
      'skipped', skipped, 'keys', known_keys, 'spendKeys', spend_keys, 'nextHolds', next_holds);
  end $$`;
}

export const READ_BOOKS = readBooks(KEYS_OF_ROWS, NEXT_HOLDS);
export const READ_BOOKS_WITHOUT_ROWS = readBooks('', '');

/** What is found of each balance and what becomes of it: nothing is written where one is no longer as it was found. */
const BALANCES = `
  f_accounts text[], f_balances bigint[], f_held bigint[], f_heads bytea[], f_grants_made bigint[],
  b_balances bigint[], b_held bigint[], b_seqs bigint[], b_heads bytea[], b_recorded timestamptz[],
  b_grants_made bigint[]`;

function storeBalances(isCounted: boolean): string {
  return `
  -- A row that somebody else is writing is waited for, and then has another ctid.
  update balances set balance = new.balance, held = new.held, seq = new.seq, head_hash = new.head_hash,
    recorded_at = new.recorded_at, grants_made = new.grants_made${isCounted ? ', holds_changed = new.holds_changed' : ''}
  from unnest(f_accounts, f_balances, f_held, f_heads, f_grants_made, b_balances, b_held, b_seqs, b_heads,
      b_recorded, b_grants_made${isCounted ? ', f_holds_changed, b_holds_changed' : ''})
    as new (account_id, found_balance, found_held, found_head, found_grants_made, balance, held, seq, head_hash,
      recorded_at, grants_made${isCounted ? ', found_holds_changed, holds_changed' : ''})
  cross join lateral (
    select ctid from balances b
    where b.account_id = new.account_id and b.head_hash = new.found_head and b.balance = new.found_balance
      and b.held = new.found_held and b.grants_made = new.found_grants_made${isCounted ? ' and b.holds_changed = new.found_holds_changed' : ''} limit 1) as old
  where balances.ctid = old.ctid;
  get diagnostics written = row_count;
  if written < cardinality(f_accounts) then
    raise exception 'a book is no longer as it was found' using errcode = 'SC002';
  end if;`;
}

/** The form of the version before: an entry, a spend and a key are a row each. */
export const WRITE_BOOKS_IN_THREE_ROWS = `
  create function write_books(${BALANCES},${POSTED})
  returns void language plpgsql volatile ${PLANS} as $$
  declare
    written bigint;
  begin
    ${storeBalances(false)}
    ${STORE_POSTED.replace('insert into entries (', 'insert into entries_v1 (').replace(
      'insert into spends (',
      'insert into spends_v1 (',
    )}
  end $$`;

/**
 * An entry is one row, which holds the key of a spend as well. Who has not read the keys under the lock (`are_unread`)
 * must not take one that another command has used: they are looked for behind the lock of the accounts.
 */
export const WRITE_ENTRY_ROWS = `
  create function write_entry_rows(are_unread boolean,${BALANCES}, f_holds_changed bigint[], b_holds_changed bigint[],
    e_accounts text[], e_seqs bigint[], e_kinds text[], e_amounts bigint[], e_after bigint[], e_recorded timestamptz[],
    e_hashes bytea[], e_grants uuid[], e_salts bigint[], e_digests uuid[], e_keys text[], e_held bigint[],
    e_debts bigint[], e_effective timestamptz[], e_grant_lists text[], e_amount_lists text[], e_source_types text[],
    e_source_ids text[], e_holds text[], e_descriptions text[], e_metadata json[], e_reasons text[], e_actors text[],
    g_accounts text[], g_ids text[], g_remaining bigint[], g_debt_repaid bigint[], g_lapsed bigint[],
    g_statuses text[])
  returns void language plpgsql volatile ${PLANS} as $$
  declare
    written bigint;
  begin
    ${storeBalances(true)}

    if are_unread and exists (
      select from unnest(e_digests, e_accounts) as asked (digest, account)
      cross join lateral (
        select from idempotency_keys
        where key_digest = uuid_send(asked.digest) and account_id = asked.account limit 1) known
    ) then
      raise exception 'a key is known' using errcode = 'SC002';
    end if;

    insert into entry_rows (account_id, seq, kind, amount, balance_after, recorded_at, hash, grant_id, salt, key_digest,
      idempotency_key, held, debt, effective_at, grant_ids, grant_amounts, source_type, source_id, hold_id, description,
      metadata, reason, actor)
    select account, seq, kind::"char", amount, after, recorded, hash, of_grant, salt, digest, key, held, debt, effective,
      grant_list::uuid[], amount_list::bigint[], source_type, source_id, hold, description, metadata, reason, actor
    from unnest(e_accounts, e_seqs, e_kinds, e_amounts, e_after, e_recorded, e_hashes, e_grants, e_salts, e_digests,
        e_keys, e_held, e_debts, e_effective, e_grant_lists, e_amount_lists, e_source_types, e_source_ids, e_holds,
        e_descriptions, e_metadata, e_reasons, e_actors)
      as new (account, seq, kind, amount, after, recorded, hash, of_grant, salt, digest, key, held, debt, effective,
        grant_list, amount_list, source_type, source_id, hold, description, metadata, reason, actor);

    ${updateOfGrants()}
  end $$`;

function updateOfGrants(): string {
  const from = STORE_POSTED.indexOf('update grants');
  return STORE_POSTED.slice(from, STORE_POSTED.indexOf(';', from) + 1);
}

/** Holds that are new, and those that have changed. Runs behind the lock of the accounts. */
export const WRITE_HOLDS = `
  create function write_holds(h_accounts text[], h_ids text[], h_amounts bigint[], h_captured bigint[], h_statuses text[],
    h_expires timestamptz[], h_ended timestamptz[], h_keys text[], h_created timestamptz[],
    c_accounts text[], c_ids text[], c_captured bigint[], c_statuses text[], c_expires timestamptz[],
    c_ended timestamptz[])
  returns void language plpgsql volatile ${PLANS} as $$
  begin
    if cardinality(h_ids) > 0 then
      insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at)
      select * from unnest(h_accounts, h_ids, h_amounts, h_captured, h_statuses, h_expires, h_ended, h_keys, h_created);
    end if;
    if cardinality(c_ids) > 0 then
      update holds set captured = new.captured, status = new.status, expires_at = new.expires_at,
        ended_at = new.ended_at
      from unnest(c_accounts, c_ids, c_captured, c_statuses, c_expires, c_ended)
        as new (account_id, id, captured, status, expires_at, ended_at)
      cross join lateral (
        select ctid from holds h where h.account_id = new.account_id and h.id = new.id limit 1) as old
      where holds.ctid = old.ctid;
    end if;
  end $$`;

const ANSWERS_HEAD = `
  create or replace function write_answers(digests bytea[], accounts text[], fingerprints bytea[], statuses smallint[],
    answers json[], at timestamptz)
  returns void language plpgsql volatile ${PLANS} as $$
  begin`;

const STORE_ANSWERS = `
    insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
    select *, at from unnest(digests, accounts, fingerprints, statuses, answers);
  end $$`;

export const WRITE_ANSWERS_UNPROBED = `${ANSWERS_HEAD}${STORE_ANSWERS}`;

/** Runs behind the lock of the accounts. A key that a spend's own row holds is looked for in every case. */
export const WRITE_ANSWERS = `${ANSWERS_HEAD}
    if exists (
      select from unnest(digests) as asked (digest)
      cross join lateral (
        select from entry_rows where key_digest = encode(asked.digest, 'hex')::uuid limit 1) known
    ) then
      raise exception 'a key is known' using errcode = 'SC002';
    end if;
${STORE_ANSWERS}`;

/**
 * For writes that are not the ledger's: makes requests with one key take turns until the transaction ends, then locks
 * the account's balance, without which no spend takes a key. Returns whether one has it.
 */
export const LOCK_KEY = `
  create function lock_key(digest bytea, account text) returns boolean language plpgsql volatile ${PLANS} as $$
  begin
    perform pg_advisory_xact_lock(('x' || encode(substr(digest, 1, 8), 'hex'))::bit(64)::bigint);
    perform from balances where account_id = account for no key update;
    return exists (select from entry_rows where key_digest = encode(digest, 'hex')::uuid);
  end $$`;
