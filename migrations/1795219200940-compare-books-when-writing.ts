import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PLANS, POSTED, STORE_POSTED, WRITE_BOOKS } from './1795219200550-create-book-functions.js';

/**
 * A book may be decided upon without its lock, as it was last seen. So `write_books` is told what was found of each
 * balance, and writes nothing when one is no longer that (SQLSTATE SC002). The hash of the last entry stands for all
 * that entries have changed; what else changes a book that has no holds and no pending grants are the other three
 * columns.
 */
export class CompareBooksWhenWriting1795219200940 implements MigrationInterface {
  readonly name = 'CompareBooksWhenWriting1795219200940';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop function write_books');
    await runner.query(`
      create function write_books(
        f_accounts text[], f_balances bigint[], f_held bigint[], f_heads bytea[], f_grants_made bigint[],
        b_balances bigint[], b_held bigint[], b_seqs bigint[], b_heads bytea[], b_recorded timestamptz[],
        b_grants_made bigint[],${POSTED})
      returns void language plpgsql volatile ${PLANS} as $$
      declare
        written bigint;
      begin
        -- A row that somebody else is writing is waited for, and then has another ctid.
        update balances set balance = new.balance, held = new.held, seq = new.seq, head_hash = new.head_hash,
          recorded_at = new.recorded_at, grants_made = new.grants_made
        from unnest(f_accounts, f_balances, f_held, f_heads, f_grants_made, b_balances, b_held, b_seqs, b_heads,
            b_recorded, b_grants_made)
          as new (account_id, found_balance, found_held, found_head, found_grants_made, balance, held, seq, head_hash,
            recorded_at, grants_made)
        cross join lateral (
          select ctid from balances b
          where b.account_id = new.account_id and b.head_hash = new.found_head and b.balance = new.found_balance
            and b.held = new.found_held and b.grants_made = new.found_grants_made limit 1) as old
        where balances.ctid = old.ctid;
        get diagnostics written = row_count;
        if written < cardinality(f_accounts) then
          raise exception 'a book is no longer as it was found' using errcode = 'SC002';
        end if;

        ${STORE_POSTED}
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function write_books');
    await runner.query(WRITE_BOOKS);
  }
}
