import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_BOOKS } from './book-functions.js';

/**
 * Of an account that has many grants only those are read that a decision needs: the first in the order of burn-down,
 * those that end first, and those that become effective first. None of the columns of that order ever changes, so a
 * spend still updates no index.
 */
export class IndexGrantsInOrder1795219201020 implements MigrationInterface {
  readonly name = 'IndexGrantsInOrder1795219201020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_grants_burn_down
      on grants (account_id, priority, expires_at, category desc, effective_at, ordinal) where status = 'active'`);
    await runner.query(`
      create index ix_grants_ends on grants (account_id, expires_at, ordinal)
      where status = 'active' and expires_at is not null`);
    await runner.query(`
      create index ix_grants_pending on grants (account_id, effective_at, ordinal) where status = 'pending'`);
    await runner.query(READ_BOOKS.replace(OPEN, OPEN_BY_STATUS).replace(KEPT, KEPT_OF_SPEND));
    await runner.query('drop index ix_grants_open');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_grants_open on grants (account_id, ordinal) where status in ('pending', 'active')`);
    await runner.query(READ_BOOKS);
    await runner.query('drop index ix_grants_pending, ix_grants_ends, ix_grants_burn_down');
  }
}

// Processes of the version before read all open grants, by the function of before. It finds them by the new indexes.
const OPEN = `select * from grants where account_id = any(ids) and status in ('pending', 'active')`;
const OPEN_BY_STATUS = `select * from grants where account_id = any(ids) and status = 'active'
      union all
      select * from grants where account_id = any(ids) and status = 'pending'`;

// They would take the row of a capture for that of a spend of as much, and tell it again as that.
const KEPT = `where key_digest = encode(asked.digest, 'hex')::uuid`;
const KEPT_OF_SPEND = `${KEPT} and answer_form is null`;
