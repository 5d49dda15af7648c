import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bookFunctions } from './books/index.js';
import { areBooksSharded } from './books/sharded.js';

const FUNCTIONS = ['write_events', 'keep_marks', 'write_crossed_marks', 'compare_holds_changed'];

/**
 * What happens to credits is noted next to the books, in the transaction that changes them, and what is available is
 * compared with marks of its account. Processes of the version before change credits without either.
 */
export class NoteEvents1795219201320 implements MigrationInterface {
  readonly name = 'NoteEvents1795219201320';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table balances
      add column events_made bigint not null default 0,
      add column marks json`);
    await runner.query(`
      create table ledger_events (
        account_id text collate "C" not null,
        ordinal bigint not null,
        id text collate "C" not null,
        type text collate "C" not null,
        data jsonb not null,
        occurred_at timestamptz(3) not null,
        recorded_at timestamptz(3) not null,
        constraint pk_ledger_events primary key (account_id, ordinal),
        constraint ck_ledger_events_ordinal_positive check (ordinal > 0),
        constraint ck_ledger_events_data_object check (jsonb_typeof(data) = 'object')
      )`);
    await runner.query(`
      create table crossed_marks (
        account_id text collate "C" not null,
        crossed_at timestamptz(3) not null,
        constraint pk_crossed_marks primary key (account_id)
      )`);
    await createAlerts(runner);
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    if (sharded)
      for (const table of ['ledger_events', 'crossed_marks'])
        await runner.query(`select create_distributed_table('${table}', 'account_id', colocate_with => 'balances')`);
    for (const text of bookFunctions({ sharded })) await runner.query(text);
  }

  async down(runner: QueryRunner): Promise<void> {
    const functions: { signature: string }[] = await runner.query(
      `select oid::regprocedure::text as signature from pg_proc
       where pronamespace = current_schema::regnamespace and proname = any($1)`,
      [FUNCTIONS],
    );
    for (const { signature } of functions) await runner.query(`drop function ${signature}`);
    await runner.query('drop table ledger_events, crossed_marks, alert_firings, alerts');
    await runner.query('alter table balances drop column marks, drop column events_made');
  }
}

async function createAlerts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table alerts (
      id text collate "C" not null,
      account_id text collate "C",
      key text collate "C" not null,
      below_credits bigint,
      expiring_within_days integer,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      constraint pk_alerts primary key (id),
      constraint uq_alerts_key unique nulls not distinct (account_id, key),
      constraint fk_alerts_account foreign key (account_id) references accounts (id),
      constraint ck_alerts_terms check ((below_credits is null) <> (expiring_within_days is null)),
      constraint ck_alerts_below_credits_positive check (below_credits > 0),
      constraint ck_alerts_expiring_within_days_positive check (expiring_within_days > 0)
    )`);
  await runner.query('create index ix_alerts_expiring on alerts (key) where expiring_within_days is not null');
  await runner.query(`
    create table alert_firings (
      alert_id text collate "C" not null,
      account_id text collate "C" not null,
      fired_at timestamptz(3) not null,
      constraint pk_alert_firings primary key (alert_id, account_id),
      constraint fk_alert_firings_alert foreign key (alert_id) references alerts (id) on delete cascade
    )`);
  await runner.query('create index ix_alert_firings_account on alert_firings (account_id)');
}
