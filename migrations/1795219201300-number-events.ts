import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is recorded gets a number once it is committed, which is its place in the feed. `event_feed` is one row: the
 * last number that was given, and the first that is still kept. An event need not be of an account.
 */
export class NumberEvents1795219201300 implements MigrationInterface {
  readonly name = 'NumberEvents1795219201300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table event_feed (
        is_only boolean not null default true,
        last_number bigint not null default 0,
        first_number bigint not null default 1,
        constraint pk_event_feed primary key (is_only),
        constraint ck_event_feed_is_only check (is_only),
        constraint ck_event_feed_numbers check (first_number between 1 and last_number + 1)
      ) with (fillfactor = 50)`);
    await runner.query('insert into event_feed default values');
    await runner.query(`
      alter table domain_events
        add column number bigint,
        add constraint uq_domain_events_number unique (number),
        alter column account_id drop not null`);
    await runner.query('create index ix_domain_events_waiting on domain_events (ordinal) where number is null');
    await runner.query('create index ix_domain_events_type on domain_events (type, number)');
    await runner.query('drop index ix_domain_events_account');
    await runner.query('create index ix_domain_events_account on domain_events (account_id, number)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_domain_events_account, ix_domain_events_type, ix_domain_events_waiting');
    await runner.query('delete from domain_events where account_id is null');
    await runner.query('alter table domain_events drop column number, alter column account_id set not null');
    await runner.query('create index ix_domain_events_account on domain_events (account_id, ordinal)');
    await runner.query('drop table event_feed');
  }
}
