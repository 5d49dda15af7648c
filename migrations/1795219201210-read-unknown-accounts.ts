import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readBooks } from './books/read-books.js';
import { areBooksSharded } from './books/sharded.js';

/** On shards `read_books` failed for an account that there is not, where it should read nothing. */
export class ReadUnknownAccounts1795219201210 implements MigrationInterface {
  readonly name = 'ReadUnknownAccounts1795219201210';

  async up(runner: QueryRunner): Promise<void> {
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    await runner.query(readBooks({ sharded }));
  }

  /** The function stays as it is: what called it before calls it still. */
  async down(): Promise<void> {}
}
