import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists are filtered by, each with the key that they are sorted by, where no key or index serves it already. */
const INDEXES: Record<string, string> = {
  ix_accounts_email: 'accounts (lower(email), ordinal) where email is not null',
  ix_accounts_created: 'accounts (created_at)',
  ix_orders_status: 'orders (status, id)',
  ix_orders_kind: "orders ((product_snapshot ->> 'kind'), id)",
  ix_orders_created: 'orders (created_at)',
  ix_refunds_status: 'refunds (status, id)',
  ix_refunds_created: 'refunds (created_at)',
  ix_disputes_status: 'disputes (status, id)',
  ix_disputes_opened: 'disputes (opened_at)',
  ix_subscriptions_status: 'subscriptions (status, ordinal)',
  ix_subscriptions_customer: 'subscriptions (stripe_customer_id, ordinal)',
  ix_subscriptions_started: 'subscriptions (started_at)',
};

export class IndexFilters1795219200970 implements MigrationInterface {
  readonly name = 'IndexFilters1795219200970';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(INDEXES)) await runner.query(`create index ${name} on ${columns}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`drop index ${name}`);
  }
}
