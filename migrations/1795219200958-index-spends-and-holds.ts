import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists of spends and holds over all accounts, newest first: by id, whose beginning is the time. New ids go to the
 * right end of the index, where Postgres does not search for their place.
 */
export class IndexSpendsAndHolds1795219200958 implements MigrationInterface {
  readonly name = 'IndexSpendsAndHolds1795219200958';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index ix_spends_newest on spends (id)');
    await runner.query('create index ix_holds_newest on holds (id)');
    await runner.query('create index ix_holds_status on holds (status, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_holds_status');
    await runner.query('drop index ix_holds_newest');
    await runner.query('drop index ix_spends_newest');
  }
}
