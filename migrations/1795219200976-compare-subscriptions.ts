import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A reconciliation compares what is known of subscriptions, too. */
export class CompareSubscriptions1795219200976 implements MigrationInterface {
  readonly name = 'CompareSubscriptions1795219200976';

  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, { subject: ", 'subscription'", kind: ", 'subscription_differs'" });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from reconciliation_findings where subject = 'subscription'`);
    await allow(runner, { subject: '', kind: '' });
  }
}

async function allow(runner: QueryRunner, more: { subject: string; kind: string }): Promise<void> {
  await runner.query(`
    alter table reconciliation_findings
      drop constraint ck_reconciliation_findings_subject,
      add constraint ck_reconciliation_findings_subject
        check (subject in ('payment', 'invoice', 'refund', 'dispute'${more.subject})),
      drop constraint ck_reconciliation_findings_kind,
      add constraint ck_reconciliation_findings_kind check (kind in ('paid_not_credited', 'credited_not_paid',
        'refunded_not_reversed', 'reversed_not_refunded', 'amount_differs', 'dispute_not_reflected',
        'event_undelivered'${more.kind}))`);
}
