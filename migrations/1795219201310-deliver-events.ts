import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where events are sent to, what signs them, and what became of each that was to be sent. */
export class DeliverEvents1795219201310 implements MigrationInterface {
  readonly name = 'DeliverEvents1795219201310';

  async up(runner: QueryRunner): Promise<void> {
    await createEndpoints(runner);
    await createDeliveries(runner);
    await createSpendFollowing(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table spends_told, spend_telling, webhook_deliveries, webhook_messages, webhook_secrets, webhook_endpoints',
    );
  }
}

/** Secrets are apart from what lists show, so that rights can be given to one without the other. */
async function createEndpoints(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table webhook_endpoints (
      id                    text collate "C" not null,
      url                   text not null,
      description           text,
      events                text[] not null,
      status                text not null,
      disabled_because      text,
      disabled_at           timestamptz(3),
      failing_since         timestamptz(3),
      followed_number       bigint not null,
      replayed_number       bigint,
      replay_through_number bigint,
      created_at            timestamptz(3) not null,
      updated_at            timestamptz(3) not null,
      constraint pk_webhook_endpoints primary key (id),
      constraint ck_webhook_endpoints_events check (cardinality(events) > 0),
      constraint ck_webhook_endpoints_status check (status in ('enabled', 'disabled')),
      constraint ck_webhook_endpoints_disabled_because check (disabled_because in ('asked', 'gone', 'failing')),
      constraint ck_webhook_endpoints_disabled check (
        (status = 'disabled') = (disabled_because is not null and disabled_at is not null)),
      constraint ck_webhook_endpoints_replay check ((replayed_number is null) = (replay_through_number is null))
    )`);
  await runner.query(`
    create table webhook_secrets (
      endpoint_id text collate "C" not null,
      ordinal     bigint generated always as identity,
      secret      bytea not null,
      created_at  timestamptz(3) not null,
      ends_at     timestamptz(3),
      constraint pk_webhook_secrets primary key (endpoint_id, ordinal),
      constraint fk_webhook_secrets_endpoint foreign key (endpoint_id) references webhook_endpoints (id)
        on delete cascade
    )`);
  await runner.query(`
    create unique index uq_webhook_secrets_newest on webhook_secrets (endpoint_id) where ends_at is null`);
}

/** What is sent is an event of the feed, or a message that is made for deliveries alone. */
async function createDeliveries(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table webhook_messages (
      id          text collate "C" not null,
      type        text not null,
      data        jsonb not null,
      occurred_at timestamptz(3) not null,
      constraint pk_webhook_messages primary key (id)
    )`);
  await runner.query(`
    create table webhook_deliveries (
      id              text collate "C" not null,
      endpoint_id     text collate "C" not null,
      message_id      text collate "C" not null,
      type            text not null,
      status          text not null,
      attempts        integer not null default 0,
      attempted_at    timestamptz(3),
      next_attempt_at timestamptz(3),
      response_status integer,
      response_text   text,
      failure         text,
      duration_ms     integer,
      created_at      timestamptz(3) not null,
      ended_at        timestamptz(3),
      constraint pk_webhook_deliveries primary key (id),
      constraint uq_webhook_deliveries_message unique (endpoint_id, message_id),
      constraint fk_webhook_deliveries_endpoint foreign key (endpoint_id) references webhook_endpoints (id)
        on delete cascade,
      constraint ck_webhook_deliveries_status check (status in ('waiting', 'delivered', 'failed', 'canceled')),
      constraint ck_webhook_deliveries_ended check ((status = 'waiting') = (ended_at is null)),
      constraint ck_webhook_deliveries_next check (status = 'waiting' or next_attempt_at is null)
    )`);
  await runner.query('create index ix_webhook_deliveries_endpoint on webhook_deliveries (endpoint_id, id)');
  await runner.query(`
    create index ix_webhook_deliveries_waiting on webhook_deliveries (endpoint_id, id) where status = 'waiting'`);
  await runner.query('create index ix_webhook_deliveries_ended on webhook_deliveries (ended_at)');
  await runner.query('create index ix_webhook_deliveries_message on webhook_deliveries (message_id)');
}

/** How far the entries of accounts were told of as spends: from when somebody first wanted to be. */
async function createSpendFollowing(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table spend_telling (
      is_only      boolean not null default true,
      begun_at     timestamptz(3) not null,
      told_through timestamptz(3) not null,
      constraint pk_spend_telling primary key (is_only),
      constraint ck_spend_telling_is_only check (is_only)
    )`);
  await runner.query(`
    create table spends_told (
      account_id text collate "C" not null,
      seq        bigint not null,
      constraint pk_spends_told primary key (account_id)
    )`);
}
