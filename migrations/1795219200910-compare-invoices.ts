import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A reconciliation compares the invoices of subscriptions, too. */
export class CompareInvoices1795219200910 implements MigrationInterface {
  readonly name = 'CompareInvoices1795219200910';

  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, "'payment', 'invoice', 'refund', 'dispute'");
    await runner.query('create index ix_invoice_payments_order on invoice_payments (order_id)');
    // What was given for an invoice without a payment is looked up by the time when it was.
    await runner.query(`
      create index ix_orders_invoiced on orders (fulfilled_at, id)
      where stripe_invoice_id is not null and payment_intent_id is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_orders_invoiced');
    await runner.query('drop index ix_invoice_payments_order');
    await runner.query(`delete from reconciliation_findings where subject = 'invoice'`);
    await runner.query(`delete from reconciliation_events where about = 'invoice'`);
    await allow(runner, "'payment', 'refund', 'dispute'");
  }
}

/** What a finding, and an event that never came in, may be about. */
async function allow(runner: QueryRunner, subjects: string): Promise<void> {
  await runner.query(`
    alter table reconciliation_findings
      drop constraint ck_reconciliation_findings_subject,
      add constraint ck_reconciliation_findings_subject check (subject in (${subjects}))`);
  await runner.query(`
    alter table reconciliation_events
      drop constraint ck_reconciliation_events_about,
      add constraint ck_reconciliation_events_about check (about in (${subjects}, 'refunds_of_payment'))`);
}
