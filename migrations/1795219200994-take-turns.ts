import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may ask Stripe to change a subscription now, so that changes take turns in all processes. A row is there for as
 * long as a change is made: it is no lock, since no connection is held while Stripe is waited for.
 */
export class TakeTurns1795219200994 implements MigrationInterface {
  readonly name = 'TakeTurns1795219200994';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table subscription_turns (
        stripe_subscription_id text not null,
        taker text not null,
        ends_at timestamptz(3) not null,
        left_by text,
        constraint pk_subscription_turns primary key (stripe_subscription_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table subscription_turns');
  }
}
