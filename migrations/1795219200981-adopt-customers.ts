import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Customers that Stripe had before they were an account's. What an account was before it stays its own
 * (`former_customers`): a page that was opened for that customer may still be paid.
 *
 * `parked_payments` are payments of links that no account is known for yet.
 */
export class AdoptCustomers1795219200981 implements MigrationInterface {
  readonly name = 'AdoptCustomers1795219200981';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table accounts add column customer_adopted_at timestamptz(3)');
    await runner.query(`
      create table former_customers (
        stripe_customer_id text not null,
        account_id text collate "C" not null,
        replaced_at timestamptz(3) not null,
        constraint pk_former_customers primary key (stripe_customer_id),
        constraint fk_former_customers_account foreign key (account_id) references accounts (id)
      )`);
    await runner.query(`
      create table parked_payments (
        stripe_checkout_session_id text not null,
        stripe_payment_intent_id text,
        payment_link_id text not null,
        stripe_customer_id text,
        reference text,
        account_id text collate "C",
        parked_at timestamptz(3) not null,
        constraint pk_parked_payments primary key (stripe_checkout_session_id),
        constraint fk_parked_payments_link foreign key (payment_link_id) references payment_links (id),
        constraint fk_parked_payments_account foreign key (account_id) references accounts (id)
      )`);
    await runner.query('create index ix_parked_payments_intent on parked_payments (stripe_payment_intent_id)');
    await runner.query('create index ix_parked_payments_customer on parked_payments (stripe_customer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table parked_payments');
    await runner.query('drop table former_customers');
    await runner.query('alter table accounts drop column customer_adopted_at');
  }
}
