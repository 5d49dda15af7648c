import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Subscriptions that a customer had before it was adopted, whose payments until then were sold and given by somebody
 * else; and products of Stripe's that stand for a plan of ours, since subscriptions to them were adopted.
 */
export class AdoptSubscriptions1795219200982 implements MigrationInterface {
  readonly name = 'AdoptSubscriptions1795219200982';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table earlier_subscriptions (
        stripe_subscription_id text not null,
        credits_from timestamptz(3) not null,
        stripe_invoice_ids text[] not null,
        constraint pk_earlier_subscriptions primary key (stripe_subscription_id)
      )`);
    await runner.query(`
      create table adopted_products (
        stripe_product_id text not null,
        product_key text not null,
        adopted_at timestamptz(3) not null,
        constraint pk_adopted_products primary key (stripe_product_id),
        constraint fk_adopted_products_product foreign key (product_key) references products (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table adopted_products');
    await runner.query('drop table earlier_subscriptions');
  }
}
