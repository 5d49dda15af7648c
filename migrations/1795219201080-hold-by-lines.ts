import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bookFunctions } from './books/index.js';
import { readBooks } from './books/read-books.js';
import { areBooksSharded } from './books/sharded.js';

/**
 * A hold keeps the lines that it was estimated by, and what it has reserved of what usage is priced by, until it ends;
 * and what was captured beyond it. Processes of the version before end such holds without giving back what they have
 * reserved: that is read with the account, and given back then.
 */
export class HoldByLines1795219201080 implements MigrationInterface {
  readonly name = 'HoldByLines1795219201080';

  async up(runner: QueryRunner): Promise<void> {
    // As they were written, since the answer is made of the lines: jsonb would order names in its own way.
    await runner.query('alter table holds add column lines json, add column reserved json, add column overage bigint');
    await runner.query('alter table holds drop constraint ck_holds_amount_positive');
    // An estimate may cost nothing. The rows that are there kept to more than this.
    await runner.query(`
      alter table holds
      add constraint ck_holds_amount_positive check (amount > 0 or (amount = 0 and lines is not null)) not valid,
      add constraint ck_holds_overage_positive check (overage > 0) not valid,
      add constraint ck_holds_reserved
        check (case when lines is null then reserved is null else status <> 'active' or reserved is not null end)
        not valid`);
    await runner.query('create index ix_holds_reserved on holds (account_id) where reserved is not null');
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    for (const text of bookFunctions({ sharded })) await runner.query(text);
  }

  /** Only while no hold keeps what nothing else knows. */
  async down(runner: QueryRunner): Promise<void> {
    const [{ count }] = await runner.query(
      'select count(*)::int as count from holds where lines is not null or overage is not null',
    );
    if (count > 0) throw new Error(`the lines and overages of ${count} holds would be lost with this`);
    const functions: { signature: string }[] = await runner.query(
      `select oid::regprocedure::text as signature from pg_proc
       where pronamespace = current_schema::regnamespace
         and (proname = 'keep_usage' or (proname = 'write_holds' and 'h_lines' = any(proargnames)))`,
    );
    for (const { signature } of functions) await runner.query(`drop function ${signature}`);
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    await runner.query(readBooks({ sharded }, { knowsReserved: false }));
    await runner.query('drop index ix_holds_reserved');
    await runner.query(`
      alter table holds
      drop constraint ck_holds_reserved,
      drop constraint ck_holds_overage_positive,
      drop constraint ck_holds_amount_positive`);
    await runner.query('alter table holds add constraint ck_holds_amount_positive check (amount > 0) not valid');
    await runner.query('alter table holds drop column overage, drop column reserved, drop column lines');
  }
}
