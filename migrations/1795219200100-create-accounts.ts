import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is billed, who may call, and which requests were answered before. */
export class CreateAccounts1795219200100 implements MigrationInterface {
  readonly name = 'CreateAccounts1795219200100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table accounts (
        id text collate "C" not null,
        ordinal bigint generated always as identity,
        email text,
        name text,
        metadata jsonb not null default '{}',
        stripe_customer_id text,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint pk_accounts primary key (id),
        constraint uq_accounts_ordinal unique (ordinal),
        constraint uq_accounts_stripe_customer_id unique (stripe_customer_id),
        constraint ck_accounts_id check (id ~ '^[A-Za-z0-9_.:@-]{1,128}$'),
        constraint ck_accounts_metadata_object check (jsonb_typeof(metadata) = 'object')
      )`);
    await runner.query(`
      create table api_keys (
        id text not null,
        name text not null,
        prefix text not null,
        secret_hash bytea not null,
        scopes text[] not null,
        origin text not null,
        created_at timestamptz(3) not null,
        revoked_at timestamptz(3),
        revocation text,
        constraint pk_api_keys primary key (id),
        constraint uq_api_keys_secret_hash unique (secret_hash),
        constraint ck_api_keys_scopes check (scopes <@ array['read', 'spend', 'sell', 'admin'] and cardinality(scopes) > 0),
        constraint ck_api_keys_origin check (origin in ('api', 'bootstrap')),
        constraint ck_api_keys_revocation check (revocation in ('revoked', 'replaced')),
        constraint ck_api_keys_revoked_with_reason check ((revoked_at is null) = (revocation is null))
      )`);
    await runner.query(`
      create table idempotency_keys (
        key_digest bytea not null,
        account_id text collate "C" not null,
        fingerprint bytea not null,
        status smallint not null,
        answer json not null,
        recorded_at timestamptz(3) not null,
        constraint pk_idempotency_keys primary key (key_digest, account_id),
        constraint ck_idempotency_keys_accepted check (status between 200 and 299)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_keys');
    await runner.query('drop table api_keys');
    await runner.query('drop table accounts');
  }
}
