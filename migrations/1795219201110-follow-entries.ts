import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a table of sums keeps, next to its key. `cost_minor` is in `currency`, which is empty where nothing was paid. */
const SUMS = `
        quantity numeric(38, 9) not null,
        credits bigint not null,
        cost_minor bigint not null`;

/**
 * What reports are made of, derived from entries by whoever follows them. No decision reads any of it, so it stays apart
 * from the books where they are spread by account: sums over all accounts are in the same database.
 */
export class FollowEntries1795219201110 implements MigrationInterface {
  readonly name = 'FollowEntries1795219201110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table followed_accounts (
        account_id text collate "C" not null,
        seq bigint not null default 0,
        generation integer not null,
        constraint pk_followed_accounts primary key (account_id),
        constraint ck_followed_accounts_seq check (seq >= 0)
      ) with (fillfactor = 70)`);
    await runner.query(`
      create table following (
        is_only boolean not null default true,
        generation integer not null default 1,
        followed_through timestamptz(3),
        walk_began_at timestamptz(3),
        walked_through text collate "C",
        walked_at timestamptz(3),
        constraint pk_following primary key (is_only),
        constraint ck_following_is_only check (is_only),
        constraint ck_following_walk check ((walk_began_at is null) = (walked_through is null))
      )`);
    await runner.query('insert into following default values');
    await runner.query(`
      create table usage_quarters (
        account_id text collate "C" not null,
        quarter timestamptz(3) not null,
        meter_key text collate "C" not null,
        dimensions text collate "C" not null,
        currency text collate "C" not null,${SUMS},
        constraint pk_usage_quarters primary key (account_id, quarter, meter_key, dimensions, currency)
      ) with (fillfactor = 70)`);
    // Of all accounts at once only the ends of a span are asked for, which are no whole days.
    await runner.query('create index ix_usage_quarters_quarter on usage_quarters (quarter)');
    await runner.query(`
      create table usage_days (
        day timestamptz(3) not null,
        account_id text collate "C" not null,
        meter_key text collate "C" not null,
        currency text collate "C" not null,${SUMS},
        constraint pk_usage_days primary key (day, account_id, meter_key, currency)
      ) with (fillfactor = 70)`);
    await runner.query(`
      create table usage_totals (
        quarter timestamptz(3) not null,
        meter_key text collate "C" not null,
        dimensions text collate "C" not null,
        currency text collate "C" not null,${SUMS},
        constraint pk_usage_totals primary key (quarter, meter_key, dimensions, currency)
      ) with (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table usage_totals, usage_days, usage_quarters, following, followed_accounts');
  }
}
