import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was sold and what of its money went back. Credits are the ledger's; these rows say what settled each purchase.
 */
export class CreateOrders1795219200400 implements MigrationInterface {
  readonly name = 'CreateOrders1795219200400';

  async up(runner: QueryRunner): Promise<void> {
    await createOrders(runner);
    await createRefunds(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table refunds');
    await runner.query('drop table orders');
  }
}

async function createOrders(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table orders (
      id                      text collate "C" not null,
      account_id              text collate "C" not null,
      product_key             text not null,
      product_snapshot        jsonb not null,
      quantity                integer not null,
      credits                 bigint not null,
      offer_amount_minor      bigint not null,
      currency                char(3) not null,
      charged_minor           bigint,
      refunded_minor          bigint not null default 0,
      reversed_credits        bigint not null default 0,
      lapsed_credits          bigint not null default 0,
      shortfall_credits       bigint not null default 0,
      status                  text not null,
      checkout_session_id     text,
      checkout_url            text,
      checkout_expires_at     timestamptz(3),
      payment_intent_id       text,
      source_type             text,
      source_id               text,
      grant_id                text,
      idempotency_digest      bytea,
      idempotency_fingerprint bytea,
      unanswered_at           timestamptz(3),
      livemode                boolean not null,
      success_url             text not null,
      cancel_url              text not null,
      created_at              timestamptz(3) not null,
      fulfilled_at            timestamptz(3),
      updated_at              timestamptz(3) not null,
      constraint pk_orders primary key (id),
      constraint fk_orders_account foreign key (account_id) references accounts (id),
      constraint fk_orders_product foreign key (product_key) references products (key),
      constraint uq_orders_checkout_session unique (checkout_session_id),
      constraint uq_orders_payment_intent unique (payment_intent_id),
      constraint uq_orders_idempotency unique (idempotency_digest, account_id),
      constraint ck_orders_quantity check (quantity between 1 and 100),
      constraint ck_orders_credits_positive check (credits > 0),
      constraint ck_orders_offer_amount_positive check (offer_amount_minor > 0),
      constraint ck_orders_charged_non_negative check (charged_minor >= 0),
      constraint ck_orders_refunded_non_negative check (refunded_minor >= 0),
      constraint ck_orders_returned_credits check (reversed_credits >= 0 and lapsed_credits >= 0 and shortfall_credits >= 0
        and reversed_credits + lapsed_credits + shortfall_credits <= credits),
      constraint ck_orders_status check (status in ('pending', 'processing', 'fulfilled', 'partially_refunded', 'refunded',
        'disputed', 'failed', 'expired', 'canceled')),
      constraint ck_orders_checkout_url check ((checkout_url is null) = (checkout_expires_at is null)
        and (checkout_url is null or checkout_session_id is not null)),
      constraint ck_orders_idempotency check ((idempotency_digest is null) = (idempotency_fingerprint is null)),
      constraint ck_orders_fulfilled_at_once check ((grant_id is null) = (charged_minor is null)
        and (grant_id is null) = (source_type is null) and (grant_id is null) = (source_id is null)
        and (grant_id is null) = (fulfilled_at is null)),
      constraint ck_orders_fulfilled_status check ((grant_id is not null)
        = (status in ('fulfilled', 'partially_refunded', 'refunded', 'disputed')))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_orders_account on orders (account_id, id)');
}

async function createRefunds(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table refunds (
      id                      text collate "C" not null,
      order_id                text collate "C" not null,
      account_id              text collate "C" not null,
      amount_minor            bigint not null,
      currency                char(3) not null,
      status                  text not null,
      counted                 boolean not null default false,
      stripe_refund_id        text,
      policy                  text not null,
      reason                  text,
      actor                   text not null,
      failure_reason          text,
      idempotency_digest      bytea,
      idempotency_fingerprint bytea,
      answered_status         text,
      created_at              timestamptz(3) not null,
      updated_at              timestamptz(3) not null,
      constraint pk_refunds primary key (id),
      constraint fk_refunds_order foreign key (order_id) references orders (id),
      constraint uq_refunds_stripe_refund unique (stripe_refund_id),
      constraint uq_refunds_idempotency unique (idempotency_digest, account_id),
      constraint ck_refunds_amount_positive check (amount_minor > 0),
      constraint ck_refunds_status check (status in ('requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
      constraint ck_refunds_answered_status check (answered_status in ('requested', 'pending', 'requires_action', 'succeeded',
        'failed', 'canceled')),
      constraint ck_refunds_policy check (policy in ('debt', 'remaining')),
      constraint ck_refunds_idempotency check ((idempotency_digest is null) = (idempotency_fingerprint is null)),
      constraint ck_refunds_known_to_stripe check (stripe_refund_id is not null or status in ('requested', 'failed'))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_refunds_order on refunds (order_id, id)');
  await runner.query(`create index ix_refunds_requested on refunds (id) where status = 'requested'`);
}
