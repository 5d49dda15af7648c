import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What can be redeemed by a code, its codes, who has redeemed them, and who has typed wrong ones. */
export class RedeemVouchers1795219201350 implements MigrationInterface {
  readonly name = 'RedeemVouchers1795219201350';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [VOUCHERS, CODES, REDEMPTIONS, ...INDEXES, WRONG_CODES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['voucher_wrong_codes', 'voucher_redemptions', 'voucher_codes', 'vouchers'])
      await runner.query(`drop table ${table}`);
  }
}

// The metadata are json: an answer that is told again has them in the order in which they were sent.
const VOUCHERS = `
  create table vouchers (
    id                      text collate "C" not null,
    code_count              integer not null,
    credits                 bigint not null,
    category                text not null,
    validity_days           integer,
    redeemable_until        timestamptz(3),
    max_redemptions         integer,
    per_account             integer not null,
    new_accounts_only       boolean not null,
    metadata                json not null,
    redemptions             bigint not null default 0,
    disabled_at             timestamptz(3),
    idempotency_digest      bytea,
    idempotency_fingerprint bytea,
    actor                   text not null,
    created_at              timestamptz(3) not null,
    constraint pk_vouchers primary key (id),
    constraint uq_vouchers_key unique (idempotency_digest),
    constraint ck_vouchers_code_count check (code_count between 1 and 10000),
    constraint ck_vouchers_credits check (credits > 0),
    constraint ck_vouchers_category check (category in ('paid', 'promotional')),
    constraint ck_vouchers_limits check (validity_days > 0 and max_redemptions > 0 and per_account > 0),
    constraint ck_vouchers_redemptions check (redemptions between 0 and code_count * max_redemptions::bigint)
  ) with (fillfactor = 70)`;

// Found by code_key, which is the code without all that it may be typed with or without.
const CODES = `
  create table voucher_codes (
    voucher_id  text collate "C" not null,
    place       integer not null,
    code        text collate "C" not null,
    code_key    text collate "C" not null,
    redemptions integer not null default 0,
    disabled_at timestamptz(3),
    constraint pk_voucher_codes primary key (voucher_id, place),
    constraint uq_voucher_codes_key unique (code_key),
    constraint fk_voucher_codes_voucher foreign key (voucher_id) references vouchers (id),
    constraint ck_voucher_codes_redemptions check (redemptions >= 0)
  ) with (fillfactor = 70)`;

const REDEMPTIONS = `
  create table voucher_redemptions (
    id          text collate "C" not null,
    account_id  text collate "C" not null,
    voucher_id  text collate "C" not null,
    place       integer not null,
    grant_id    text not null,
    credits     bigint not null,
    actor       text not null,
    redeemed_at timestamptz(3) not null,
    constraint pk_voucher_redemptions primary key (id),
    constraint uq_voucher_redemptions_grant unique (account_id, grant_id),
    constraint fk_voucher_redemptions_account foreign key (account_id) references accounts (id),
    constraint fk_voucher_redemptions_code foreign key (voucher_id, place) references voucher_codes (voucher_id, place)
  )`;

const INDEXES = [
  'create index ix_voucher_redemptions_account on voucher_redemptions (account_id, id)',
  'create index ix_voucher_redemptions_voucher on voucher_redemptions (voucher_id, id)',
  'create index ix_voucher_redemptions_per_account on voucher_redemptions (voucher_id, account_id)',
];

const WRONG_CODES = `
  create table voucher_wrong_codes (
    account_id text collate "C" not null,
    wrong_at   timestamptz(3)[] not null,
    constraint pk_voucher_wrong_codes primary key (account_id),
    constraint fk_voucher_wrong_codes_account foreign key (account_id) references accounts (id)
  )`;
