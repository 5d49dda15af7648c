import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The books. Every table is keyed by `account_id` first and no constraint crosses accounts, so that the tables can be
 * distributed on it. Ids compare bytewise (collation "C"), which is also the order in which accounts are locked.
 * Instants have milliseconds, because that is what entries are hashed with.
 */
export class CreateLedger1795219200300 implements MigrationInterface {
  name = 'CreateLedger1795219200300';

  async up(runner: QueryRunner): Promise<void> {
    // The row is rewritten in place by every posting: half-empty pages let it stay on its page (a HOT update).
    await runner.query(`
      create table balances (
        account_id  text collate "C" not null,
        balance     bigint not null default 0,
        held        bigint not null default 0,
        seq         bigint not null default 0,
        head_hash   bytea  not null default decode(repeat('00', 32), 'hex'),
        recorded_at timestamptz(3),
        grants_made bigint not null default 0,
        constraint pk_balances primary key (account_id),
        constraint fk_balances_account foreign key (account_id) references accounts (id),
        constraint ck_balances_held_non_negative check (held >= 0),
        constraint ck_balances_json_integer check (abs(balance) <= 9007199254740991),
        constraint ck_balances_head_hash check (octet_length(head_hash) = 32)
      ) with (fillfactor = 50)`);

    await runner.query(`
      create table entries (
        account_id     text collate "C" not null,
        seq            bigint not null,
        kind           text not null,
        amount         bigint not null,
        balance_before bigint not null,
        balance_after  bigint not null,
        debt           bigint not null,
        source_type    text not null,
        source_id      text not null,
        allocations    jsonb not null,
        reason         text,
        actor          text,
        effective_at   timestamptz(3) not null,
        recorded_at    timestamptz(3) not null,
        hash           bytea not null,
        constraint pk_entries primary key (account_id, seq),
        constraint ck_entries_kind check (kind in ('grant', 'spend', 'spend_reversal', 'expiry', 'void',
          'refund_reversal', 'dispute_reversal', 'reinstatement', 'adjustment')),
        constraint ck_entries_amount_moves check (amount <> 0),
        constraint ck_entries_balance_follows check (balance_after = balance_before + amount),
        constraint ck_entries_hash check (octet_length(hash) = 32)
      )`);
    // What was given back is looked up when something is given back again, never on the hot path.
    await runner.query(`
      create index ix_entries_given_back on entries (account_id, source_type, source_id)
      where kind in ('refund_reversal', 'dispute_reversal', 'reinstatement', 'spend_reversal')`);

    // What happened before it was written down: lapses and grants that came due. Balances of the past look them up.
    await runner.query(`
      create index ix_entries_written_late on entries (account_id, recorded_at)
      where kind in ('expiry', 'grant') and effective_at < recorded_at`);

    await runner.query(`
      create function refuse_change_of_entries() returns trigger language plpgsql as $$
      begin
        raise exception 'entries are append-only: a mistake is mended by a new entry' using errcode = 'SC001';
      end $$`);
    await runner.query(`
      create trigger tr_entries_append_only before update or delete on entries
      for each row execute function refuse_change_of_entries()`);
    await runner.query(`
      create trigger tr_entries_no_truncate before truncate on entries
      for each statement execute function refuse_change_of_entries()`);

    // No index names a column that a spend changes (remaining), so that those updates stay on their page.
    await runner.query(`
      create table grants (
        account_id          text collate "C" not null,
        id                  text collate "C" not null,
        ordinal             bigint not null,
        amount              bigint not null,
        remaining           bigint not null,
        debt_repaid         bigint not null default 0,
        lapsed              bigint not null default 0,
        category            text not null,
        priority            smallint not null default 50,
        status              text not null,
        effective_at        timestamptz(3) not null,
        expires_at          timestamptz(3),
        cost_basis_minor    bigint,
        cost_basis_currency text,
        source_type         text not null,
        source_id           text not null,
        source_part         text not null default '',
        reason              text,
        actor               text,
        created_at          timestamptz(3) not null,
        constraint pk_grants primary key (account_id, id),
        constraint uq_grants_source unique (account_id, source_type, source_id, source_part),
        constraint ck_grants_amount_positive check (amount > 0),
        constraint ck_grants_remaining check (remaining between 0 and amount),
        constraint ck_grants_category check (category in ('paid', 'promotional')),
        constraint ck_grants_priority check (priority between 0 and 100),
        constraint ck_grants_status check (status in ('pending', 'active', 'depleted', 'expired', 'voided')),
        constraint ck_grants_cost_basis check ((cost_basis_minor is null) = (cost_basis_currency is null))
      ) with (fillfactor = 70)`);
    await runner.query(`create index ix_grants_open on grants (account_id) where status in ('pending', 'active')`);
    await runner.query(`
      create index ix_grants_to_expire on grants (expires_at) where status = 'active' and expires_at is not null`);
    await runner.query(`create index ix_grants_to_post on grants (effective_at) where status = 'pending'`);

    await runner.query(`
      create table spends (
        account_id      text collate "C" not null,
        id              text collate "C" not null,
        seq             bigint not null,
        amount          bigint not null,
        reversed        bigint not null default 0,
        hold_id         text,
        description     text,
        metadata        jsonb not null default '{}',
        idempotency_key text not null,
        recorded_at     timestamptz(3) not null,
        constraint pk_spends primary key (account_id, id),
        constraint ck_spends_amount_positive check (amount > 0),
        constraint ck_spends_reversed check (reversed between 0 and amount)
      )`);

    await runner.query('create index ix_spends_of_holds on spends (account_id, hold_id) where hold_id is not null');

    await runner.query(`
      create table holds (
        account_id      text collate "C" not null,
        id              text collate "C" not null,
        amount          bigint not null,
        captured        bigint not null default 0,
        status          text not null,
        expires_at      timestamptz(3) not null,
        ended_at        timestamptz(3),
        idempotency_key text not null,
        created_at      timestamptz(3) not null,
        constraint pk_holds primary key (account_id, id),
        constraint ck_holds_amount_positive check (amount > 0),
        constraint ck_holds_captured check (captured between 0 and amount),
        constraint ck_holds_status check (status in ('active', 'captured', 'released', 'expired')),
        constraint ck_holds_ended check ((status = 'active') = (ended_at is null))
      ) with (fillfactor = 70)`);
    await runner.query(`create index ix_holds_active on holds (account_id) where status = 'active'`);
    await runner.query(`create index ix_holds_to_expire on holds (expires_at) where status = 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holds, spends, grants, entries, balances');
    await runner.query('drop function refuse_change_of_entries');
  }
}
