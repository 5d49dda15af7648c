import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Invoices that give money back and charge for no plan make no order, and each of them must take its months off once.
 * Which ones were read before this was noted is not known: those that were paid when their subscription was last seen.
 */
export class NoteOrderlessInvoices1795219200988 implements MigrationInterface {
  readonly name = 'NoteOrderlessInvoices1795219200988';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table orderless_invoices (
        stripe_subscription_id text not null,
        read_until timestamptz(3),
        stripe_invoice_ids text[] not null,
        constraint pk_orderless_invoices primary key (stripe_subscription_id)
      )`);
    await runner.query(`
      insert into orderless_invoices (stripe_subscription_id, read_until, stripe_invoice_ids)
      select stripe_subscription_id, seen_at, '{}'
      from subscriptions`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table orderless_invoices');
  }
}
