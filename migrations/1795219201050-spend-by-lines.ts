import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bookFunctions } from './books/index.js';
import { LINES_OF_KEY, readBooks } from './books/read-books.js';
import { areBooksSharded } from './books/sharded.js';

const TABLES = ['usage_counters', 'usage_remainders'];
/** The functions that are new with it; the others are made anew. */
const NEW_FUNCTIONS = ['read_counters', 'read_lines', 'write_counters'];

/**
 * An entry keeps the lines of its spend, and beside the balance it is counted what an account has used. Processes of the
 * version before find the functions that they call as they were: they give spends back by amounts, which moves no
 * counter.
 */
export class SpendByLines1795219201050 implements MigrationInterface {
  readonly name = 'SpendByLines1795219201050';

  async up(runner: QueryRunner): Promise<void> {
    // As it was written, since the answer is made of it: jsonb would order names in its own way.
    await runner.query('alter table entry_rows add column lines json');
    // A reversal may undo lines that had cost nothing. The rows that are there kept to more than this.
    await runner.query('alter table entry_rows drop constraint ck_entry_rows_amount');
    await runner.query(`
      alter table entry_rows
      add constraint ck_entry_rows_amount
      check (amount <> 0 or kind = 's' or (kind = 'r' and lines is not null)) not valid`);
    await runner.query(`
      create table usage_counters (
        account_id text collate "C" not null,
        meter_key text collate "C" not null,
        month text collate "C" not null,
        match text collate "C" not null,
        used numeric(38, 9) not null,
        constraint pk_usage_counters primary key (account_id, meter_key, month, match),
        constraint ck_usage_counters_month check (month ~ '^[0-9]{4}-[0-9]{2}$'),
        constraint ck_usage_counters_used_non_negative check (used >= 0)
      ) with (fillfactor = 70)`);
    await runner.query(`
      create table usage_remainders (
        account_id text collate "C" not null,
        meter_key text collate "C" not null,
        match text collate "C" not null,
        numerator numeric(100) not null,
        denominator numeric(100) not null,
        constraint pk_usage_remainders primary key (account_id, meter_key, match),
        constraint ck_usage_remainders_denominator_positive check (denominator > 0)
      ) with (fillfactor = 70)`);
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    if (sharded)
      for (const table of TABLES)
        await runner.query(`select create_distributed_table('${table}', 'account_id', colocate_with => 'balances')`);
    for (const text of bookFunctions({ sharded })) await runner.query(text);
    // What it names more of holds is there with `HoldByLines` alone.
    await runner.query(readBooks({ sharded }, { knowsReserved: false }));
  }

  /** Only while no entry keeps lines that nothing else knows. */
  async down(runner: QueryRunner): Promise<void> {
    const [{ count }] = await runner.query('select count(*)::int as count from entry_rows where lines is not null');
    if (count > 0) throw new Error(`the lines of ${count} entries would be lost with this`);
    const functions: { signature: string }[] = await runner.query(
      `select oid::regprocedure::text as signature from pg_proc
       where pronamespace = current_schema::regnamespace
         and (proname = any($1) or (proname = 'write_entry_rows' and 'e_lines' = any(proargnames)))`,
      [NEW_FUNCTIONS],
    );
    for (const { signature } of functions) await runner.query(`drop function ${signature}`);
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    await runner.query(readBooks({ sharded }, { knowsReserved: false }).replace(LINES_OF_KEY, ''));
    for (const table of TABLES) await runner.query(`drop table ${table}`);
    await runner.query('alter table entry_rows drop constraint ck_entry_rows_amount');
    await runner.query(
      `alter table entry_rows add constraint ck_entry_rows_amount check (amount <> 0 or kind = 's') not valid`,
    );
    await runner.query('alter table entry_rows drop column lines');
  }
}
