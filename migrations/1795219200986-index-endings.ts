import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is looked for all the time: the next subscription that is open, and is to be closed by the clock. */
export class IndexEndings1795219200986 implements MigrationInterface {
  readonly name = 'IndexEndings1795219200986';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_subscriptions_endings on subscriptions (least(cancel_at, open_until))
        where access_state <> 'revoked' and least(cancel_at, open_until) is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_subscriptions_endings');
  }
}
