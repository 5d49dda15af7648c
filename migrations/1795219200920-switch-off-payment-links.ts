import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links that were switched off, and links that sell features, which carry no credits. */
export class SwitchOffPaymentLinks1795219200920 implements MigrationInterface {
  readonly name = 'SwitchOffPaymentLinks1795219200920';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table payment_links
        add column deactivated_at timestamptz(3),
        drop constraint ck_payment_links_credits_positive,
        add constraint ck_payment_links_credits_non_negative check (credits >= 0)`);
    await runner.query('create index ix_payment_links_account on payment_links (account_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_payment_links_account');
    await runner.query(`
      alter table payment_links
        drop column deactivated_at,
        drop constraint ck_payment_links_credits_non_negative,
        add constraint ck_payment_links_credits_positive check (credits > 0) not valid`);
  }
}
