import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is counted, and every version of what it costs. */
export class PriceUsage1795219201040 implements MigrationInterface {
  readonly name = 'PriceUsage1795219201040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table meters (
        key text not null,
        ordinal bigint generated always as identity,
        name text not null,
        unit text not null,
        when_short text not null default 'reject',
        max_debt_credits bigint,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        api_key_id text,
        constraint pk_meters primary key (key),
        constraint uq_meters_ordinal unique (ordinal),
        constraint fk_meters_api_key foreign key (api_key_id) references api_keys (id),
        constraint ck_meters_key check (key ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
        constraint ck_meters_when_short check (when_short in ('reject', 'debt')),
        constraint ck_meters_max_debt_credits check (
          case when when_short = 'debt' then max_debt_credits >= 0 and max_debt_credits is not null
            else max_debt_credits is null end
        )
      )`);
    await runner.query(`
      create table rate_versions (
        meter_key text not null,
        version integer not null,
        prices jsonb not null,
        price_count integer not null,
        per_multiple numeric(31) not null,
        rounding text not null,
        min_credits bigint,
        max_credits bigint,
        effective_at timestamptz(3) not null,
        recorded_at timestamptz(3) not null,
        api_key_id text,
        constraint pk_rate_versions primary key (meter_key, version),
        constraint uq_rate_versions_effective_at unique (meter_key, effective_at),
        constraint fk_rate_versions_meter foreign key (meter_key) references meters (key),
        constraint fk_rate_versions_api_key foreign key (api_key_id) references api_keys (id),
        constraint ck_rate_versions_version_positive check (version > 0),
        constraint ck_rate_versions_prices check (jsonb_array_length(prices) = price_count and price_count > 0),
        constraint ck_rate_versions_per_multiple_positive check (per_multiple > 0),
        constraint ck_rate_versions_rounding check (rounding in ('up', 'carry')),
        constraint ck_rate_versions_limits check (min_credits >= 0 and max_credits >= 0 and min_credits <= max_credits),
        constraint ck_rate_versions_from_now_on check (effective_at >= recorded_at)
      )`);
    await runner.query(`
      create function refuse_change_of_rate_versions() returns trigger language plpgsql as $$
      begin
        raise exception 'rate_versions is append-only';
      end $$`);
    await runner.query(`
      create trigger rate_versions_are_append_only
      before update or delete or truncate on rate_versions
      for each statement execute function refuse_change_of_rate_versions()`);
    await seed(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rate_versions');
    await runner.query('drop function refuse_change_of_rate_versions()');
    await runner.query('drop table meters');
  }
}

/** Of the small model and the large one: credits for so many tokens of each kind. */
const TOKENS = [
  ['small', 'input', 1, 2_000_000],
  ['small', 'cache_read', 1, 20_000_000],
  ['small', 'output', 2, 1_000_000],
  ['large', 'input', 3, 1_000_000],
  ['large', 'cache_read', 3, 10_000_000],
  ['large', 'cache_write', 15, 4_000_000],
  ['large', 'output', 15, 1_000_000],
  ['large', 'reasoning', 15, 1_000_000],
].map(([model, kind, credits, per]) => ({ match: { kind, model }, credits, per }));

const METERS = [
  {
    key: 'pages',
    name: 'Pages',
    unit: 'page',
    rounding: 'up',
    multiple: 1,
    prices: [{ match: {}, credits: 1, per: 1 }],
  },
  { key: 'tokens', name: 'Tokens', unit: 'token', rounding: 'carry', multiple: 20_000_000, prices: TOKENS },
];

/**
 * The meters of a fresh start. A database that anybody has a key to, or an account in, has an owner, who did not ask for
 * them.
 */
async function seed(runner: QueryRunner): Promise<void> {
  for (const { key, name, unit, rounding, multiple, prices } of METERS)
    await runner.query(
      `with added as (
         insert into meters (key, name, unit, created_at, updated_at)
         select $1, $2, $3, now(), now()
         where not exists (select from api_keys)
           and not exists (select from accounts)
         returning key, created_at
       )
       insert into rate_versions (
         meter_key, version, prices, price_count, per_multiple, rounding, effective_at, recorded_at
       )
       select key, 1, $4::jsonb, jsonb_array_length($4::jsonb), $5, $6, created_at, created_at
       from added`,
      [key, name, unit, JSON.stringify(prices), multiple, rounding],
    );
}
