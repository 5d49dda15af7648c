import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What banks take back, what is suspected of fraud, and facts of payments whose order is not known yet. */
export class CreateDisputes1795219200600 implements MigrationInterface {
  readonly name = 'CreateDisputes1795219200600';

  async up(runner: QueryRunner): Promise<void> {
    await extendOrders(runner);
    await extendAccounts(runner);
    await createDisputes(runner);
    await createDisputeEvidence(runner);
    await createFraudWarnings(runner);
    await createParkedFacts(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table parked_facts');
    await runner.query('drop table fraud_warnings');
    await runner.query('drop table dispute_evidence');
    await runner.query('drop table disputes');
    await runner.query('alter table accounts drop column off_session_stop, drop column off_session_stopped_at');
    await runner.query('alter table refunds drop column unused_only');
    await runner.query('alter table orders drop column disputed_minor, drop column open_disputes');
  }
}

async function extendOrders(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table orders
      add column disputed_minor bigint not null default 0,
      add column open_disputes integer not null default 0,
      add constraint ck_orders_disputed_non_negative check (disputed_minor >= 0),
      add constraint ck_orders_open_disputes_non_negative check (open_disputes >= 0)`);
  await runner.query('alter table refunds add column unused_only boolean not null default false');
}

/** Why nobody may be charged without being there; spending goes on. */
async function extendAccounts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table accounts
      add column off_session_stop text,
      add column off_session_stopped_at timestamptz(3),
      add constraint ck_accounts_off_session_stop check (off_session_stop in ('dispute', 'fraud_warning')),
      add constraint ck_accounts_off_session_stopped_at check ((off_session_stop is null) = (off_session_stopped_at is null))`);
}

async function createDisputes(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table disputes (
      id                    text collate "C" not null,
      order_id              text collate "C" not null,
      account_id            text collate "C" not null,
      stripe_dispute_id     text not null,
      stripe_charge_id      text not null,
      amount_minor          bigint not null,
      currency              char(3) not null,
      reason                text not null,
      status                text not null,
      is_inquiry            boolean not null,
      withdrawn_minor       bigint not null,
      reinstated_minor      bigint not null,
      counted_minor         bigint not null default 0,
      evidence_due_by       timestamptz(3),
      evidence_submitted_at timestamptz(3),
      opened_at             timestamptz(3) not null,
      closed_at             timestamptz(3),
      created_at            timestamptz(3) not null,
      updated_at            timestamptz(3) not null,
      constraint pk_disputes primary key (id),
      constraint fk_disputes_order foreign key (order_id) references orders (id),
      constraint uq_disputes_stripe_dispute unique (stripe_dispute_id),
      constraint ck_disputes_amount_non_negative check (amount_minor >= 0),
      constraint ck_disputes_moved check (reinstated_minor >= 0 and withdrawn_minor >= 0),
      constraint ck_disputes_status check (status in ('warning_needs_response', 'warning_under_review', 'warning_closed',
        'needs_response', 'under_review', 'prevented', 'lost', 'appeal_needs_response', 'appeal_under_review', 'won')),
      constraint ck_disputes_is_inquiry check (is_inquiry = starts_with(status, 'warning_')),
      constraint ck_disputes_closed_at check ((closed_at is not null)
        = (status in ('warning_closed', 'prevented', 'lost', 'won')))
    ) with (fillfactor = 80)`);
  await runner.query('create index ix_disputes_order on disputes (order_id, id)');
  await runner.query('create index ix_disputes_account on disputes (account_id, id)');
}

/** Answers to disputes, kept before Stripe is asked to take them. */
async function createDisputeEvidence(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table dispute_evidence (
      id                      text collate "C" not null,
      dispute_id              text collate "C" not null,
      account_id              text collate "C" not null,
      evidence                jsonb not null,
      submit                  boolean not null,
      actor                   text not null,
      status                  text not null,
      refusal                 text,
      answer                  json,
      idempotency_digest      bytea,
      idempotency_fingerprint bytea,
      created_at              timestamptz(3) not null,
      updated_at              timestamptz(3) not null,
      constraint pk_dispute_evidence primary key (id),
      constraint fk_dispute_evidence_dispute foreign key (dispute_id) references disputes (id),
      constraint uq_dispute_evidence_idempotency unique (idempotency_digest, account_id),
      constraint ck_dispute_evidence_object check (jsonb_typeof(evidence) = 'object'),
      constraint ck_dispute_evidence_status check (status in ('requested', 'accepted', 'refused')),
      constraint ck_dispute_evidence_answer check ((answer is not null) = (status = 'accepted')),
      constraint ck_dispute_evidence_refusal check ((refusal is not null) = (status = 'refused')),
      constraint ck_dispute_evidence_idempotency check ((idempotency_digest is null) = (idempotency_fingerprint is null))
    )`);
  await runner.query('create index ix_dispute_evidence_dispute on dispute_evidence (dispute_id, id)');
}

async function createFraudWarnings(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table fraud_warnings (
      stripe_fraud_warning_id text not null,
      order_id                text collate "C" not null,
      account_id              text collate "C" not null,
      fraud_type              text not null,
      warned_at               timestamptz(3) not null,
      created_at              timestamptz(3) not null,
      constraint pk_fraud_warnings primary key (stripe_fraud_warning_id),
      constraint fk_fraud_warnings_order foreign key (order_id) references orders (id)
    )`);
  await runner.query('create index ix_fraud_warnings_account on fraud_warnings (account_id)');
}

/** Only what they are about: what it is then is fetched when the payment's order is known. */
async function createParkedFacts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table parked_facts (
      stripe_payment_intent_id text not null,
      kind                     text not null,
      stripe_object_id         text not null,
      parked_at                timestamptz(3) not null,
      constraint pk_parked_facts primary key (stripe_payment_intent_id, kind, stripe_object_id),
      constraint ck_parked_facts_kind check (kind in ('refund', 'dispute', 'fraud_warning'))
    )`);
}
