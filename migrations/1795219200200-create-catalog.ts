import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is sold, and every form in which it ever was. */
export class CreateCatalog1795219200200 implements MigrationInterface {
  readonly name = 'CreateCatalog1795219200200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table products (
        key text not null,
        ordinal bigint generated always as identity,
        kind text not null,
        name text not null,
        description text,
        credits bigint not null,
        validity_days integer,
        features text[] not null default '{}',
        interval text,
        active boolean not null default true,
        revision integer not null default 1,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint pk_products primary key (key),
        constraint uq_products_ordinal unique (ordinal),
        constraint ck_products_key check (key ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
        constraint ck_products_kind check (kind in ('pack', 'plan', 'feature')),
        constraint ck_products_credits check (case when kind = 'feature' then credits >= 0 else credits > 0 end),
        constraint ck_products_validity_days_positive check (validity_days > 0),
        constraint ck_products_interval check (case when kind = 'plan' then interval in ('month', 'year') else interval is null end),
        constraint ck_products_revision_positive check (revision > 0)
      )`);
    await runner.query(`
      create table product_prices (
        product_key text not null,
        currency char(3) not null,
        amount_minor bigint not null,
        constraint pk_product_prices primary key (product_key, currency),
        constraint fk_product_prices_product foreign key (product_key) references products (key),
        constraint ck_product_prices_currency check (currency ~ '^[a-z]{3}$'),
        constraint ck_product_prices_amount_positive check (amount_minor > 0)
      )`);
    await runner.query(`
      create table product_revisions (
        product_key text not null,
        revision integer not null,
        offer jsonb not null,
        recorded_at timestamptz(3) not null,
        api_key_id text,
        constraint pk_product_revisions primary key (product_key, revision),
        constraint fk_product_revisions_product foreign key (product_key) references products (key),
        constraint fk_product_revisions_api_key foreign key (api_key_id) references api_keys (id)
      )`);
    await runner.query(`
      create function refuse_change_of_product_revisions() returns trigger language plpgsql as $$
      begin
        raise exception 'product_revisions is append-only';
      end $$`);
    await runner.query(`
      create trigger product_revisions_are_append_only
      before update or delete or truncate on product_revisions
      for each statement execute function refuse_change_of_product_revisions()`);
    await seed(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table product_revisions');
    await runner.query('drop function refuse_change_of_product_revisions()');
    await runner.query('drop table product_prices');
    await runner.query('drop table products');
  }
}

/** The catalogue of a fresh start. What an owner has changed is never touched: a key that exists is left alone. */
async function seed(runner: QueryRunner): Promise<void> {
  await runner.query(`
    with offers (position, key, kind, name, credits, amount_minor, features, interval) as (
      values
        (1, 'starter', 'pack', 'Starter', 5, 500, array[]::text[], null),
        (2, 'basic', 'pack', 'Basic', 12, 1000, array[]::text[], null),
        (3, 'pro', 'pack', 'Pro', 30, 2000, array[]::text[], null),
        (4, 'enterprise', 'pack', 'Enterprise', 100, 5000, array[]::text[], null),
        (5, 'basic-monthly', 'plan', 'Basic, monthly', 20, 1500, array['history'], 'month'),
        (6, 'pro-monthly', 'plan', 'Pro, monthly', 50, 3000, array['history', 'priority'], 'month'),
        (7, 'team-monthly', 'plan', 'Team, monthly', 200, 9900, array['history', 'priority', 'team'], 'month')
    ), added as (
      insert into products (key, kind, name, credits, features, interval, created_at, updated_at)
      select key, kind, name, credits, features, interval, now(), now()
      from offers
      order by position
      on conflict (key) do nothing
      returning key
    ), priced as (
      insert into product_prices (product_key, currency, amount_minor)
      select key, 'usd', amount_minor
      from offers
      join added using (key)
    )
    insert into product_revisions (product_key, revision, offer, recorded_at)
    select key, 1, jsonb_build_object(
        'kind', kind,
        'name', name,
        'description', null,
        'credits', credits,
        'prices', jsonb_build_array(jsonb_build_object('currency', 'usd', 'amountMinor', amount_minor)),
        'validityDays', null,
        'features', features,
        'interval', interval,
        'active', true
      ), now()
    from offers
    join added using (key)`);
}
