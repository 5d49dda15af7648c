import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many attempts at an event ended because Stripe gave no answer: they do not count towards its last one. And an
 * index for the oldest event that is not handled, which is looked for all the time.
 */
export class CountWaitsOfEvents1795219200954 implements MigrationInterface {
  readonly name = 'CountWaitsOfEvents1795219200954';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table stripe_events
        add column waits int not null default 0,
        add constraint ck_stripe_events_waits check (waits between 0 and attempts)`);
    await runner.query(`
      create index ix_stripe_events_unhandled on stripe_events (received_at) where status in ('received', 'failed')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_stripe_events_unhandled');
    await runner.query('alter table stripe_events drop column waits');
  }
}
