import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Statements are planned once a connection, since planning them anew takes longer than running them. A plan that was
 * made while the tables were small must not scan or hash them when they are large: the indexes are left as the only
 * way, and `lateral (… limit 1)` keeps the planner from turning a loop over the arguments into one over the table. Rows
 * can be addressed by ctid between two statements, because nobody else writes them while the account is locked.
 */
export const PLANS = `
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off`;

/** What `write_books` is given of entries, grants and spends, beside the balances. */
export const POSTED = `
  e_accounts text[], e_seqs bigint[], e_kinds text[], e_amounts bigint[], e_before bigint[], e_after bigint[],
  e_debts bigint[], e_source_types text[], e_source_ids text[], e_allocations jsonb[], e_reasons text[],
  e_actors text[], e_effective timestamptz[], e_recorded timestamptz[], e_hashes bytea[],
  g_accounts text[], g_ids text[], g_remaining bigint[], g_debt_repaid bigint[], g_lapsed bigint[],
  g_statuses text[],
  s_accounts text[], s_ids text[], s_seqs bigint[], s_amounts bigint[], s_reversed bigint[], s_holds text[],
  s_descriptions text[], s_metadata jsonb[], s_keys text[], s_recorded timestamptz[]`;

/** How `write_books` stores them. */
export const STORE_POSTED = `
  insert into entries (account_id, seq, kind, amount, balance_before, balance_after, debt, source_type, source_id,
    allocations, reason, actor, effective_at, recorded_at, hash)
  select * from unnest(e_accounts, e_seqs, e_kinds, e_amounts, e_before, e_after, e_debts, e_source_types,
    e_source_ids, e_allocations, e_reasons, e_actors, e_effective, e_recorded, e_hashes);

  update grants set remaining = new.remaining, debt_repaid = new.debt_repaid, lapsed = new.lapsed,
    status = new.status
  from unnest(g_accounts, g_ids, g_remaining, g_debt_repaid, g_lapsed, g_statuses)
    as new (account_id, id, remaining, debt_repaid, lapsed, status)
  cross join lateral (
    select ctid from grants g where g.account_id = new.account_id and g.id = new.id limit 1) as old
  where grants.ctid = old.ctid;

  insert into spends (account_id, id, seq, amount, reversed, hold_id, description, metadata, idempotency_key,
    recorded_at)
  select * from unnest(s_accounts, s_ids, s_seqs, s_amounts, s_reversed, s_holds, s_descriptions, s_metadata,
    s_keys, s_recorded);`;

/** The function as it was first: it stores what it is told. */
export const WRITE_BOOKS = `
  create function write_books(
    b_accounts text[], b_balances bigint[], b_held bigint[], b_seqs bigint[], b_heads bytea[],
    b_recorded timestamptz[], b_grants_made bigint[],${POSTED})
  returns void language plpgsql volatile ${PLANS} as $$
  begin
    update balances set balance = new.balance, held = new.held, seq = new.seq, head_hash = new.head_hash,
      recorded_at = new.recorded_at, grants_made = new.grants_made
    from unnest(b_accounts, b_balances, b_held, b_seqs, b_heads, b_recorded, b_grants_made)
      as new (account_id, balance, held, seq, head_hash, recorded_at, grants_made)
    cross join lateral (select ctid from balances b where b.account_id = new.account_id limit 1) as old
    where balances.ctid = old.ctid;
    ${STORE_POSTED}
  end $$`;

/**
 * How books are read under the lock and written: one call each, whatever the number of accounts, so that a batch is two
 * round trips. The functions decide nothing, and run with the rights of their caller.
 */
export class CreateBookFunctions1795219200550 implements MigrationInterface {
  name = 'CreateBookFunctions1795219200550';

  async up(runner: QueryRunner): Promise<void> {
    // Overdue holds are looked for by every write: by account, then deadline.
    await runner.query('drop index ix_holds_active');
    await runner.query(`create index ix_holds_active on holds (account_id, expires_at) where status = 'active'`);
    await runner.query('drop index ix_grants_open');
    await runner.query(
      `create index ix_grants_open on grants (account_id, ordinal) where status in ('pending', 'active')`,
    );

    // Each statement of a volatile function has a snapshot of its own: what is read after the lock was granted includes
    // what its former holder has written. locking: 'wait', 'skip' (leave out what somebody else has locked) or 'none'.
    await runner.query(`
      create function read_books(locking text, account_ids text[], at timestamptz, hold_accounts text[], hold_ids text[],
        key_digests bytea[], key_accounts text[])
      returns json language plpgsql volatile ${PLANS} as $$
      declare
        found record;
        ids text[];
        skipped json;
        open_grants json;
        due_holds json;
        known_keys json;
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
            order by account_id, id) h;
        end if;
        if cardinality(key_digests) > 0 then
          select json_agg(k) into known_keys from (
            select i.key_digest, i.fingerprint, i.status, i.answer::text as answer
            from unnest(key_digests, key_accounts) as asked (digest, account)
            cross join lateral (
              select * from idempotency_keys
              where key_digest = asked.digest and account_id = asked.account limit 1) i) k;
        end if;
        return json_build_object('balances', found.rows, 'grants', open_grants, 'dueHolds', due_holds,
          'namedHolds', case when cardinality(hold_ids) > 0 then (
            select json_agg(h) from unnest(hold_accounts, hold_ids) as named (account, hold)
            cross join lateral (
              select * from holds where account_id = named.account and id = named.hold limit 1) h) end,
          'skipped', skipped, 'keys', known_keys);
      end $$`);

    await runner.query(WRITE_BOOKS);

    await runner.query(`
      create function write_answers(digests bytea[], accounts text[], fingerprints bytea[], statuses smallint[],
        answers json[], at timestamptz)
      returns void language plpgsql volatile ${PLANS} as $$
      begin
        insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
        select *, at from unnest(digests, accounts, fingerprints, statuses, answers);
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function write_answers');
    await runner.query('drop function write_books');
    await runner.query('drop function read_books');
    await runner.query('drop index ix_grants_open');
    await runner.query(`create index ix_grants_open on grants (account_id) where status in ('pending', 'active')`);
    await runner.query('drop index ix_holds_active');
    await runner.query(`create index ix_holds_active on holds (account_id) where status = 'active'`);
  }
}
