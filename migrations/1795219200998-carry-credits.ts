import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where a new period begins in the middle of another one and the money of the rest goes back, what was given for that
 * rest is taken off the periods that follow. What one of them cannot take is kept until the next. What was forgotten
 * before this was kept is not taken off afterwards.
 */
export class CarryCredits1795219200998 implements MigrationInterface {
  readonly name = 'CarryCredits1795219200998';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table subscriptions
      add column carried_credits bigint not null default 0,
      add constraint subscriptions_carried_credits_check check (carried_credits >= 0)`);
    await runner.query(`
      alter table allowances
      add column covered_credits bigint not null default 0,
      add column cut_off_at timestamptz(3),
      add constraint allowances_covered_credits_check check (covered_credits >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table allowances drop column cut_off_at, drop column covered_credits');
    await runner.query('alter table subscriptions drop column carried_credits');
  }
}
