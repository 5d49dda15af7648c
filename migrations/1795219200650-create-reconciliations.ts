import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Comparisons with Stripe and proofs of the books: how far each has come, and what it has found. */
export class CreateReconciliations1795219200650 implements MigrationInterface {
  readonly name = 'CreateReconciliations1795219200650';

  async up(runner: QueryRunner): Promise<void> {
    await createReconciliations(runner);
    await createFindings(runner);
    await createWorkingTables(runner);
    await createBookChecks(runner);
    // What was bought is looked up by the time of its grant, and refunds by their account.
    await runner.query(`
      create index ix_grants_bought on grants (created_at, account_id, id)
      where source_type in ('payment_intent', 'checkout_session')`);
    await runner.query('create index ix_refunds_account on refunds (account_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_refunds_account');
    await runner.query('drop index ix_grants_bought');
    await runner.query('drop table book_checks');
    await runner.query('drop table reconciliation_sightings');
    await runner.query('drop table reconciliation_events');
    await runner.query('drop table reconciliation_findings');
    await runner.query('drop table reconciliations');
  }
}

/** One row a run. Step by step it is rewritten: what a step has done and where the next begins are one transaction. */
async function createReconciliations(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table reconciliations (
      id           text collate "C" not null,
      status       text not null,
      livemode     boolean not null,
      window_from  timestamptz(3) not null,
      window_to    timestamptz(3) not null,
      repair       boolean not null,
      origin       text not null,
      scheduled_at timestamptz(3),
      phase        text not null,
      cursor       jsonb,
      step         bigint not null default 0,
      progress     real not null default 0,
      checked      jsonb not null default '{}',
      attempts     integer not null default 0,
      error        text,
      created_at   timestamptz(3) not null,
      updated_at   timestamptz(3) not null,
      finished_at  timestamptz(3),
      constraint pk_reconciliations primary key (id),
      constraint uq_reconciliations_scheduled_at unique (scheduled_at),
      constraint ck_reconciliations_status check (status in ('running', 'done', 'failed')),
      constraint ck_reconciliations_window check (window_from < window_to),
      constraint ck_reconciliations_origin check (origin in ('api', 'command', 'schedule')),
      constraint ck_reconciliations_scheduled check ((scheduled_at is not null) = (origin = 'schedule')),
      constraint ck_reconciliations_finished check ((finished_at is null) = (status = 'running')),
      constraint ck_reconciliations_progress check (progress between 0 and 1)
    )`);
  await runner.query(`create index ix_reconciliations_running on reconciliations (id) where status = 'running'`);
}

/** One row for a payment, refund or dispute: a suspicion at the first look, a finding after the second. */
async function createFindings(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table reconciliation_findings (
      reconciliation_id        text collate "C" not null,
      ordinal                  bigint generated always as identity,
      subject                  text not null,
      stripe_id                text collate "C" not null,
      suspected_at             timestamptz(3) not null,
      account_hint             text collate "C",
      kind                     text,
      detail                   text,
      stripe_payment_intent_id text,
      order_id                 text collate "C",
      account_id               text collate "C",
      stripe_side              jsonb,
      ledger_side              jsonb,
      stripe_event_ids         text[] not null default '{}',
      repair                   text,
      repair_status            text,
      repair_error             text,
      found_at                 timestamptz(3),
      repaired_at              timestamptz(3),
      constraint pk_reconciliation_findings primary key (reconciliation_id, subject, stripe_id),
      constraint fk_reconciliation_findings_reconciliation foreign key (reconciliation_id) references reconciliations (id),
      constraint ck_reconciliation_findings_subject check (subject in ('payment', 'refund', 'dispute')),
      constraint ck_reconciliation_findings_kind check (kind in ('paid_not_credited', 'credited_not_paid',
        'refunded_not_reversed', 'reversed_not_refunded', 'amount_differs', 'dispute_not_reflected', 'event_undelivered')),
      constraint ck_reconciliation_findings_repair check (repair in ('credit', 'reverse', 'reinstate', 'settle', 'none')),
      constraint ck_reconciliation_findings_repair_status check (repair_status in ('proposed', 'pending', 'applied', 'failed',
        'by_hand')),
      constraint ck_reconciliation_findings_found check ((found_at is null) = (kind is null)
        and (found_at is null) = (detail is null) and (found_at is null) = (repair is null)
        and (found_at is null) = (repair_status is null)),
      constraint ck_reconciliation_findings_by_hand check ((repair = 'none') = (repair_status = 'by_hand')),
      constraint ck_reconciliation_findings_repaired check ((repaired_at is not null) = (coalesce(repair_status, '') = 'applied'))
    )`);
  await runner.query(`
    create index ix_reconciliation_findings_in_order on reconciliation_findings (reconciliation_id, ordinal)`);
}

/** What a run must remember until it ends; the events that a repair stood in for are remembered for good. */
async function createWorkingTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table reconciliation_events (
      reconciliation_id text collate "C" not null,
      stripe_event_id   text collate "C" not null,
      about             text not null,
      stripe_id         text collate "C" not null,
      settled_at        timestamptz(3),
      constraint pk_reconciliation_events primary key (reconciliation_id, stripe_event_id),
      constraint fk_reconciliation_events_reconciliation foreign key (reconciliation_id) references reconciliations (id),
      constraint ck_reconciliation_events_about check (about in ('payment', 'refund', 'dispute', 'refunds_of_payment'))
    )`);
  await runner.query(`
    create index ix_reconciliation_events_subject on reconciliation_events (reconciliation_id, about, stripe_id)`);
  await runner.query(`
    create index ix_reconciliation_events_settled on reconciliation_events (stripe_event_id) where settled_at is not null`);
  await runner.query(`
    create table reconciliation_sightings (
      reconciliation_id text collate "C" not null,
      stripe_id         text collate "C" not null,
      constraint pk_reconciliation_sightings primary key (reconciliation_id, stripe_id),
      constraint fk_reconciliation_sightings_reconciliation foreign key (reconciliation_id) references reconciliations (id)
    )`);
}

async function createBookChecks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table book_checks (
      id            text collate "C" not null,
      origin        text not null,
      scheduled_at  timestamptz(3),
      accounts      bigint not null,
      entries       bigint not null,
      finding_count bigint not null,
      findings      jsonb not null,
      started_at    timestamptz(3) not null,
      finished_at   timestamptz(3) not null,
      constraint pk_book_checks primary key (id),
      constraint uq_book_checks_scheduled_at unique (scheduled_at),
      constraint ck_book_checks_origin check (origin in ('command', 'schedule')),
      constraint ck_book_checks_scheduled check ((scheduled_at is not null) = (origin = 'schedule'))
    )`);
}
