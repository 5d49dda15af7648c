import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  LOCK_KEY,
  READ_BOOKS,
  WRITE_ANSWERS,
  WRITE_BOOKS_IN_THREE_ROWS,
  WRITE_ENTRY_ROWS,
  WRITE_HOLDS,
} from './book-functions.js';
import { bookFunctions } from './books/index.js';
import { areBooksSharded } from './books/sharded.js';

/**
 * The functions of the books are made of one text, in a variant for one Postgres and in one for tables that are shards
 * by account. What was a statement of the service until now is a function as well, so that the service need not know
 * which variant there is. Processes of the version before find the functions that they call as they were.
 */
export class MakeBookFunctionsAnew1795219201010 implements MigrationInterface {
  readonly name = 'MakeBookFunctionsAnew1795219201010';

  async up(runner: QueryRunner): Promise<void> {
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    for (const text of bookFunctions({ sharded })) await runner.query(text);
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = bookFunctions({ sharded: false }).map((text) => /function (\w+)/.exec(text)?.[1]);
    const functions: { signature: string }[] = await runner.query(
      `select oid::regprocedure::text as signature from pg_proc
       where pronamespace = current_schema::regnamespace and proname = any($1)`,
      [names],
    );
    for (const { signature } of functions) await runner.query(`drop function ${signature}`);
    const before = [READ_BOOKS, WRITE_BOOKS_IN_THREE_ROWS, WRITE_ENTRY_ROWS, WRITE_HOLDS, WRITE_ANSWERS, LOCK_KEY];
    for (const text of before) await runner.query(text);
  }
}
