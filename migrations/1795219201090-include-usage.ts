import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bookFunctions } from './books/index.js';
import { areBooksSharded } from './books/sharded.js';

const FUNCTIONS = ['read_inclusions', 'write_inclusions'];

/**
 * Plans include usage of meters. What a month of one includes is kept beside the balance. Processes of the version
 * before know nothing of it: a month that one of them gives includes nothing, so plans are to be given what they include
 * once all processes are of this version.
 */
export class IncludeUsage1795219201090 implements MigrationInterface {
  readonly name = 'IncludeUsage1795219201090';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table products
      add column included jsonb not null default '[]',
      add constraint ck_products_included check (kind = 'plan' or included = '[]'),
      drop constraint ck_products_credits,
      add constraint ck_products_credits check (case
        when kind = 'feature' then credits >= 0
        when included <> '[]' then credits >= 0
        else credits > 0 end)`);
    await runner.query(`alter table allowances add column included jsonb not null default '[]'`);
    await runner.query(`alter table subscriptions add column carried_included jsonb not null default '{}'`);
    await runner.query(`
      create table usage_inclusions (
        account_id text collate "C" not null,
        id text collate "C" not null,
        meter_key text collate "C" not null,
        match text collate "C" not null,
        granted numeric(38, 9) not null,
        remaining numeric(38, 9) not null,
        taken_back numeric(38, 9) not null default 0,
        effective_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        source_type text collate "C" not null,
        source_id text collate "C" not null,
        source_part text collate "C" not null,
        returned_minor bigint not null default 0,
        charged_minor bigint not null default 0,
        constraint pk_usage_inclusions primary key (account_id, id),
        constraint uq_usage_inclusions_source
          unique (account_id, source_type, source_id, source_part, meter_key, match),
        constraint ck_usage_inclusions_granted_positive check (granted > 0),
        constraint ck_usage_inclusions_remaining
          check (remaining >= 0 and taken_back >= 0 and remaining + taken_back <= granted),
        constraint ck_usage_inclusions_span check (effective_at <= expires_at),
        constraint ck_usage_inclusions_returned check (returned_minor between 0 and charged_minor)
      ) with (fillfactor = 70)`);
    await runner.query('create index ix_usage_inclusions_expires_at on usage_inclusions (account_id, expires_at)');
    await runner.query('alter table balances add column included_until timestamptz(3)');
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    if (sharded)
      await runner.query(
        `select create_distributed_table('usage_inclusions', 'account_id', colocate_with => 'balances')`,
      );
    for (const text of bookFunctions({ sharded })) await runner.query(text);
  }

  /** Only while nothing was included that nothing else knows. */
  async down(runner: QueryRunner): Promise<void> {
    const [{ count }] = await runner.query('select count(*)::int as count from usage_inclusions');
    if (count > 0) throw new Error(`${count} inclusions of accounts would be lost with this`);
    const functions: { signature: string }[] = await runner.query(
      `select oid::regprocedure::text as signature from pg_proc
       where pronamespace = current_schema::regnamespace and proname = any($1)`,
      [FUNCTIONS],
    );
    for (const { signature } of functions) await runner.query(`drop function ${signature}`);
    await runner.query('drop table usage_inclusions');
    await runner.query('alter table balances drop column included_until');
    await runner.query('alter table subscriptions drop column carried_included');
    await runner.query('alter table allowances drop column included');
    await runner.query(`
      alter table products
      drop constraint ck_products_credits,
      add constraint ck_products_credits check (case when kind = 'feature' then credits >= 0 else credits > 0 end),
      drop constraint ck_products_included,
      drop column included`);
  }
}
