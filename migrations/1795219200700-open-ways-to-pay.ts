import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders that are paid by a link or in a form of the app's own, and what is known of the customer at Stripe. */
export class OpenWaysToPay1795219200700 implements MigrationInterface {
  readonly name = 'OpenWaysToPay1795219200700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table accounts
        add column stripe_customer_told bytea,
        add column has_payment_method boolean not null default false,
        add column payment_method_seen_at timestamptz(3)`);
    await createPaymentLinks(runner);
    await runner.query(`
      alter table orders
        add column channel text not null default 'checkout_session',
        add column payment_options jsonb not null default '{}',
        add column payment_link_id text collate "C",
        add column payment_seen_at timestamptz(3),
        add constraint fk_orders_payment_link foreign key (payment_link_id) references payment_links (id),
        add constraint ck_orders_channel check (channel in ('checkout_session', 'payment_link', 'payment_intent')),
        add constraint ck_orders_payment_link check ((payment_link_id is not null) = (channel = 'payment_link')
          and (payment_link_id is null or checkout_session_id is not null)),
        add constraint ck_orders_page_or_form check (channel <> 'payment_intent' or checkout_session_id is null)`);
    // Every insert says how the order is paid.
    await runner.query('alter table orders alter column channel drop default');
    await runner.query(`
      create index ix_orders_payment_link on orders (payment_link_id, id) where payment_link_id is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orders
        drop column channel,
        drop column payment_options,
        drop column payment_link_id,
        drop column payment_seen_at`);
    await runner.query('drop table payment_links');
    await runner.query(`
      alter table accounts
        drop column stripe_customer_told,
        drop column has_payment_method,
        drop column payment_method_seen_at`);
  }
}

async function createPaymentLinks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table payment_links (
      id                      text collate "C" not null,
      account_id              text collate "C",
      product_key             text not null,
      product_snapshot        jsonb not null,
      quantity                integer not null,
      credits                 bigint not null,
      offer_amount_minor      bigint not null,
      currency                char(3) not null,
      payment_options         jsonb not null,
      stripe_payment_link_id  text,
      url                     text,
      idempotency_digest      bytea,
      idempotency_fingerprint bytea,
      unanswered_at           timestamptz(3),
      livemode                boolean not null,
      created_at              timestamptz(3) not null,
      updated_at              timestamptz(3) not null,
      constraint pk_payment_links primary key (id),
      constraint fk_payment_links_account foreign key (account_id) references accounts (id),
      constraint fk_payment_links_product foreign key (product_key) references products (key),
      constraint uq_payment_links_stripe_payment_link unique (stripe_payment_link_id),
      constraint uq_payment_links_idempotency unique (idempotency_digest),
      constraint ck_payment_links_quantity check (quantity between 1 and 100),
      constraint ck_payment_links_credits_positive check (credits > 0),
      constraint ck_payment_links_offer_amount_positive check (offer_amount_minor > 0),
      constraint ck_payment_links_url check ((url is null) = (stripe_payment_link_id is null)),
      constraint ck_payment_links_idempotency check ((idempotency_digest is null) = (idempotency_fingerprint is null))
    )`);
}
