import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is spent is all that a balance has changed by, less what is no spend: that is found by these. */
const INDEXES = [
  `create index ix_entry_rows_not_spent on entry_rows (account_id, seq) include (amount)
   where kind in ('g', 'e', 'v', 'f', 'd', 'i', 'a')`,
  `create index ix_entries_v1_not_spent on entries_v1 (account_id, seq) include (amount)
   where kind in ('grant', 'expiry', 'void', 'refund_reversal', 'dispute_reversal', 'reinstatement', 'adjustment')`,
];

export class FollowMoney1795219201120 implements MigrationInterface {
  readonly name = 'FollowMoney1795219201120';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_entry_rows_not_spent, ix_entries_v1_not_spent');
  }
}
