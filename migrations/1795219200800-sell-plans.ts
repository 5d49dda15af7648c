import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans that are charged again and again, what they give and open, and what happened that somebody may want to hear of.
 */
export class SellPlans1795219200800 implements MigrationInterface {
  readonly name = 'SellPlans1795219200800';

  async up(runner: QueryRunner): Promise<void> {
    await extendProducts(runner);
    await createSubscriptions(runner);
    await extendOrders(runner);
    await createAllowances(runner);
    await createInvoicePayments(runner);
    await createPortalConfigurations(runner);
    await createEntitlements(runner);
    await createDomainEvents(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table domain_events, entitlements, portal_configurations, invoice_payments, allowances');
    await restrictOrders(runner);
    await runner.query('drop table subscriptions');
    await runner.query(`
      alter table products
        drop column trial_days,
        drop column trial_credits,
        drop column rollover_months,
        drop column rollover_cap_credits,
        drop column seats,
        drop column on_partial_refund,
        drop column fulfilment`);
  }
}

async function extendProducts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table products
      add column trial_days integer,
      add column trial_credits bigint not null default 0,
      add column rollover_months integer,
      add column rollover_cap_credits bigint,
      add column seats integer,
      add column on_partial_refund text,
      add column fulfilment text`);
  await runner.query(`update products set on_partial_refund = 'keep', fulfilment = 'access' where kind = 'feature'`);
  await runner.query(`
    alter table products
      add constraint ck_products_trial_days_positive check (trial_days > 0),
      add constraint ck_products_trial_credits check (trial_credits = 0 or (trial_credits > 0 and trial_days is not null)),
      add constraint ck_products_rollover check (rollover_months > 0 and (rollover_cap_credits is null or rollover_cap_credits > 0)
        or rollover_months is null and rollover_cap_credits is null),
      add constraint ck_products_seats_positive check (seats > 0),
      add constraint ck_products_of_plans check (kind = 'plan'
        or (trial_days is null and rollover_months is null and seats is null)),
      add constraint ck_products_on_partial_refund check (case when kind = 'feature' then on_partial_refund in ('keep', 'close')
        else on_partial_refund is null end),
      add constraint ck_products_fulfilment check (case when kind = 'feature' then fulfilment in ('access', 'booking')
        else fulfilment is null end)`);
}

/** Stripe's state as it was fetched, and apart from it what follows for us: `access_state` and what it is made of. */
async function createSubscriptions(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table subscriptions (
      stripe_subscription_id text collate "C" not null,
      ordinal                bigint generated always as identity,
      account_id             text collate "C" not null,
      plan                   text not null,
      terms                  jsonb not null,
      currency               char(3) not null,
      status                 text not null,
      access_state           text not null,
      past_due_since         timestamptz(3),
      grace_until            timestamptz(3),
      current_period_start   timestamptz(3) not null,
      current_period_end     timestamptz(3) not null,
      trial_start            timestamptz(3),
      trial_end              timestamptz(3),
      cancel_at_period_end   boolean not null,
      cancel_at              timestamptz(3),
      ended_at               timestamptz(3),
      pending_plan           text,
      pending_plan_at        timestamptz(3),
      stripe_customer_id     text not null,
      stripe_item_id         text not null,
      livemode               boolean not null,
      started_at             timestamptz(3) not null,
      seen_at                timestamptz(3) not null,
      created_at             timestamptz(3) not null,
      updated_at             timestamptz(3) not null,
      constraint pk_subscriptions primary key (stripe_subscription_id),
      constraint fk_subscriptions_account foreign key (account_id) references accounts (id),
      constraint fk_subscriptions_plan foreign key (plan) references products (key),
      constraint fk_subscriptions_pending_plan foreign key (pending_plan) references products (key),
      constraint uq_subscriptions_ordinal unique (ordinal),
      constraint ck_subscriptions_terms_object check (jsonb_typeof(terms) = 'object'),
      constraint ck_subscriptions_status check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due',
        'canceled', 'unpaid', 'paused')),
      constraint ck_subscriptions_access_state check (access_state in ('pending', 'granted', 'grace', 'revoked')),
      constraint ck_subscriptions_grace check ((grace_until is null) = (past_due_since is null)
        and (access_state <> 'grace' or grace_until is not null)),
      constraint ck_subscriptions_period check (current_period_start < current_period_end),
      constraint ck_subscriptions_pending_plan check ((pending_plan is null) = (pending_plan_at is null))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_subscriptions_account on subscriptions (account_id, ordinal)');
  await runner.query(
    `create index ix_subscriptions_in_grace on subscriptions (grace_until) where access_state = 'grace'`,
  );
}

/**
 * Every paid invoice becomes an order, and what is sold may carry no credits. An order is fulfilled when it is charged.
 */
async function extendOrders(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table orders
      add column stripe_subscription_id text collate "C",
      add column stripe_invoice_id text,
      add column billing_reason text,
      add column revived_credits bigint not null default 0,
      add constraint uq_orders_stripe_invoice unique (stripe_invoice_id),
      add constraint ck_orders_billing_reason check (billing_reason in ('create', 'cycle', 'update')),
      add constraint ck_orders_invoice check ((stripe_invoice_id is null) = (billing_reason is null)
        and (stripe_invoice_id is null or stripe_subscription_id is not null)),
      add constraint ck_orders_revived_credits check (revived_credits >= 0),
      drop constraint ck_orders_channel,
      add constraint ck_orders_channel check (channel in ('checkout_session', 'payment_link', 'payment_intent', 'subscription')),
      add constraint ck_orders_of_subscription check (channel <> 'subscription' or stripe_invoice_id is not null),
      drop constraint ck_orders_credits_positive,
      add constraint ck_orders_credits_non_negative check (credits >= 0),
      drop constraint ck_orders_offer_amount_positive,
      add constraint ck_orders_offer_amount_non_negative check (offer_amount_minor >= 0),
      drop constraint ck_orders_fulfilled_at_once,
      add constraint ck_orders_fulfilled_at_once check ((charged_minor is null) = (source_type is null)
        and (charged_minor is null) = (source_id is null)
        and (charged_minor is null) = (fulfilled_at is null)
        and case when charged_minor is null then grant_id is null else (grant_id is null) = (credits = 0) end),
      drop constraint ck_orders_fulfilled_status,
      add constraint ck_orders_fulfilled_status check ((charged_minor is not null)
        = (status in ('fulfilled', 'partially_refunded', 'refunded', 'disputed')))`);
  await runner.query(`
    create index ix_orders_subscription on orders (stripe_subscription_id, id) where stripe_subscription_id is not null`);
}

/** What was sold by subscription cannot be told without it. */
async function restrictOrders(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table orders
      drop column stripe_subscription_id,
      drop column stripe_invoice_id,
      drop column billing_reason,
      drop column revived_credits,
      drop constraint ck_orders_channel,
      add constraint ck_orders_channel check (channel in ('checkout_session', 'payment_link', 'payment_intent')),
      drop constraint ck_orders_credits_non_negative,
      add constraint ck_orders_credits_positive check (credits > 0),
      drop constraint ck_orders_offer_amount_non_negative,
      add constraint ck_orders_offer_amount_positive check (offer_amount_minor > 0),
      drop constraint ck_orders_fulfilled_at_once,
      add constraint ck_orders_fulfilled_at_once check ((grant_id is null) = (charged_minor is null)
        and (grant_id is null) = (source_type is null) and (grant_id is null) = (source_id is null)
        and (grant_id is null) = (fulfilled_at is null)),
      drop constraint ck_orders_fulfilled_status,
      add constraint ck_orders_fulfilled_status check ((grant_id is not null)
        = (status in ('fulfilled', 'partially_refunded', 'refunded', 'disputed')))`);
}

/**
 * What a paid invoice gives, month by month and line by line. `allotment_credits` is what a whole month of the plan
 * gives.
 */
async function createAllowances(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table allowances (
      id                     text collate "C" not null,
      account_id             text collate "C" not null,
      stripe_subscription_id text collate "C" not null,
      order_id               text collate "C" not null,
      stripe_invoice_id      text not null,
      stripe_line_id         text not null,
      month                  integer not null,
      kind                   text not null,
      plan                   text not null,
      allotment_credits      bigint not null,
      credits                bigint not null,
      cost_basis_minor       bigint not null,
      currency               char(3) not null,
      rollover_months        integer,
      rollover_cap_credits   bigint,
      starts_at              timestamptz(3) not null,
      ends_at                timestamptz(3) not null,
      paid_at                timestamptz(3) not null,
      source_type            text not null,
      source_id              text not null,
      source_part            text not null,
      status                 text not null,
      grant_id               text,
      rolled_credits         bigint not null default 0,
      created_at             timestamptz(3) not null,
      updated_at             timestamptz(3) not null,
      constraint pk_allowances primary key (id),
      constraint fk_allowances_subscription foreign key (stripe_subscription_id) references subscriptions (stripe_subscription_id),
      constraint fk_allowances_order foreign key (order_id) references orders (id),
      constraint uq_allowances_line unique (stripe_invoice_id, stripe_line_id, month),
      constraint uq_allowances_source unique (account_id, source_type, source_id, source_part),
      constraint ck_allowances_kind check (kind in ('trial', 'period', 'upgrade')),
      constraint ck_allowances_credits check (credits >= 0 and allotment_credits >= 0 and rolled_credits >= 0),
      constraint ck_allowances_span check (starts_at < ends_at),
      constraint ck_allowances_status check (status in ('scheduled', 'granted', 'closing', 'closed', 'canceled')),
      constraint ck_allowances_grant check (grant_id is null or status in ('granted', 'closing', 'closed'))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_allowances_subscription on allowances (stripe_subscription_id, ends_at)');
  await runner.query(`create index ix_allowances_due on allowances (starts_at) where status = 'scheduled'`);
  await runner.query(
    `create index ix_allowances_closing on allowances (stripe_subscription_id) where status = 'closing'`,
  );
}

/** Which invoice a payment was for: neither a payment nor its charge says it. */
async function createInvoicePayments(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table invoice_payments (
      stripe_payment_intent_id text not null,
      stripe_invoice_id        text not null,
      order_id                 text collate "C" not null,
      recorded_at              timestamptz(3) not null,
      constraint pk_invoice_payments primary key (stripe_payment_intent_id, stripe_invoice_id),
      constraint fk_invoice_payments_order foreign key (order_id) references orders (id)
    )`);
}

/** What the portal was last set up with. */
async function createPortalConfigurations(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table portal_configurations (
      livemode                boolean not null,
      stripe_configuration_id text not null,
      digest                  bytea not null,
      updated_at              timestamptz(3) not null,
      constraint pk_portal_configurations primary key (livemode)
    )`);
}

/**
 * What an account may use beside credits, and by what. `active` is as of `updated_at`: past `expires_at` it is over.
 */
async function createEntitlements(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table entitlements (
      account_id  text collate "C" not null,
      feature     text not null,
      source_type text not null,
      source_id   text collate "C" not null,
      product_key text not null,
      active      boolean not null,
      expires_at  timestamptz(3),
      opened_at   timestamptz(3) not null,
      closed_at   timestamptz(3),
      updated_at  timestamptz(3) not null,
      constraint pk_entitlements primary key (account_id, feature, source_type, source_id),
      constraint fk_entitlements_account foreign key (account_id) references accounts (id),
      constraint ck_entitlements_source_type check (source_type in ('subscription', 'order')),
      constraint ck_entitlements_closed check (active = (closed_at is null))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_entitlements_source on entitlements (source_type, source_id)');
  await runner.query(`
    create index ix_entitlements_to_expire on entitlements (expires_at) where active and expires_at is not null`);
}

/** Recorded in the transaction of their cause, once each. */
async function createDomainEvents(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table domain_events (
      id          text collate "C" not null,
      ordinal     bigint generated always as identity,
      type        text not null,
      account_id  text collate "C" not null,
      data        jsonb not null,
      cause       text not null,
      occurred_at timestamptz(3) not null,
      recorded_at timestamptz(3) not null,
      constraint pk_domain_events primary key (id),
      constraint uq_domain_events_ordinal unique (ordinal),
      constraint uq_domain_events_cause unique (type, cause),
      constraint ck_domain_events_data_object check (jsonb_typeof(data) = 'object')
    )`);
  await runner.query('create index ix_domain_events_account on domain_events (account_id, ordinal)');
}
