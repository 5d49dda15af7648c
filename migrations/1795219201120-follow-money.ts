import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is spent is all that a balance has changed by, less what is no spend: that is found by these. */
const INDEXES = [
  `create index ix_entry_rows_not_spent on entry_rows (account_id, seq) include (amount)
   where kind in ('g', 'e', 'v', 'f', 'd', 'i', 'a')`,
  `create index ix_entries_v1_not_spent on entries_v1 (account_id, seq) include (amount)
   where kind in ('grant', 'expiry', 'void', 'refund_reversal', 'dispute_reversal', 'reinstatement', 'adjustment')`,
];

/**
 * What became of the money that was paid: of grants by entries, of orders by what is noted of each change of them. It is
 * noted by triggers, so that nothing is missed that a process of the version before does. All of it is derived, and kept
 * apart from the books where they are spread by account.
 */
export class FollowMoney1795219201120 implements MigrationInterface {
  readonly name = 'FollowMoney1795219201120';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index);
    for (const table of TABLES) await runner.query(table);
    await runner.query(
      'alter table orders add column tax_minor bigint not null default 0, add column covers_until timestamptz(3)',
    );
    await runner.query(`
      update orders set covers_until = covered.until
      from (select order_id, max(ends_at) as until from allowances group by order_id) covered
      where covered.order_id = orders.id`);
    for (const noted of [NOTED_WHEN_PAID, NOTED_NOW]) await runner.query(noted);
    for (const trigger of TRIGGERS) await runner.query(trigger);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger tr_allowances_cover on allowances');
    await runner.query('drop trigger tr_orders_note_money on orders');
    await runner.query('drop function note_what_order_covers, note_money_of_order');
    await runner.query('alter table orders drop column tax_minor, drop column covers_until');
    await runner.query('drop table revenue_totals, revenue_quarters, purchase_standings, money_changes');
    await runner.query('drop table lot_checkpoints, grant_lots');
    await runner.query('drop index ix_entry_rows_not_spent, ix_entries_v1_not_spent');
  }
}

/** Money of an order, in minor units: as it stood after a change. */
const MONEY = `
        charged_minor bigint,
        tax_minor bigint,
        returned_minor bigint,
        lapsed_credits bigint,
        reversed_credits bigint,
        shortfall_credits bigint,
        covers_until timestamptz(3)`;

/** Sums of money, in minor units and without tax. */
const SUMS = `
        sold_minor bigint not null,
        recognised_minor bigint not null,
        broken_minor bigint not null,
        returned_minor bigint not null,
        tax_minor bigint not null`;

const TABLES = [
  `create table grant_lots (
        account_id text collate "C" not null,
        grant_id text collate "C" not null,
        source_type text not null,
        source_id text not null,
        source_part text not null,
        currency text not null,
        amount bigint not null,
        basis_minor bigint not null,
        spent bigint not null,
        lapsed bigint not null,
        taken bigint not null,
        moving bigint not null,
        seq bigint not null,
        checkpoint_seq bigint not null,
        constraint pk_grant_lots primary key (account_id, grant_id),
        constraint ck_grant_lots_credits check (least(spent, lapsed, taken, moving) >= 0
          and spent + lapsed + taken + moving <= amount),
        constraint ck_grant_lots_basis_non_negative check (basis_minor >= 0)
      ) with (fillfactor = 70)`,
  'create index ix_grant_lots_source on grant_lots (account_id, source_id)',
  `create table lot_checkpoints (
        account_id text collate "C" not null,
        grant_id text collate "C" not null,
        seq bigint not null,
        amount bigint not null,
        basis_minor bigint not null,
        spent bigint not null,
        constraint pk_lot_checkpoints primary key (account_id, grant_id, seq)
      )`,
  `create table money_changes (
        id bigint generated always as identity,
        account_id text collate "C" not null,
        at timestamptz(3) not null,
        is_followed boolean not null default false,
        source_type text not null,
        source_id text not null,
        currency text not null,${MONEY},
        constraint pk_money_changes primary key (id)
      ) with (fillfactor = 70)`,
  'create index ix_money_changes_account on money_changes (account_id, id)',
  'create index ix_money_changes_new on money_changes (account_id, id) where not is_followed',
  `create table purchase_standings (
        account_id text collate "C" not null,
        source_type text not null,
        source_id text not null,
        currency text not null,${MONEY},
        basis_minor bigint not null,
        spent_minor bigint not null,
        lapsed_minor bigint not null,
        taken_minor bigint not null,
        spent bigint not null,
        lapsed bigint not null,
        taken bigint not null,
        left_credits bigint not null,
        sold bigint not null,
        recognised bigint not null,
        later bigint not null,
        later_at timestamptz(3),
        broken bigint not null,
        returned bigint not null,
        tax bigint not null,
        constraint pk_purchase_standings primary key (account_id, source_type, source_id),
        constraint ck_purchase_standings_owed check (least(recognised, later, broken, returned) >= 0
          and recognised + later + broken + returned <= sold)
      ) with (fillfactor = 70)`,
  `create table revenue_quarters (
        account_id text collate "C" not null,
        quarter timestamptz(3) not null,
        currency text collate "C" not null,${SUMS},
        constraint pk_revenue_quarters primary key (account_id, quarter, currency)
      ) with (fillfactor = 70)`,
  `create table revenue_totals (
        quarter timestamptz(3) not null,
        currency text collate "C" not null,${SUMS},
        constraint pk_revenue_totals primary key (quarter, currency)
      ) with (fillfactor = 50)`,
];

/** What is bought once is over at once, or when it is said to be. */
const COVERED = `coalesce(%.covers_until, case when %.product_snapshot->>'kind' = 'feature'
        then %.fulfilled_at + coalesce((%.product_snapshot->>'validityDays')::int, 0) * interval '1 day' end)`;
const RETURNED = `(select coalesce(sum(amount_minor), 0) from refunds where order_id = %.id and counted)
        + (select coalesce(sum(counted_minor), 0) from disputes where order_id = %.id)`;
const NOTED = `insert into money_changes (account_id, at, source_type, source_id, currency, charged_minor, tax_minor,
        returned_minor, lapsed_credits, reversed_credits, shortfall_credits, covers_until)`;

const NOTED_WHEN_PAID = `
  ${NOTED}
  select account_id, fulfilled_at, source_type, source_id, currency, charged_minor, tax_minor, 0, 0, 0, 0,
    ${of(COVERED, 'orders')}
  from orders
  where charged_minor is not null
  order by fulfilled_at, id`;

const NOTED_NOW = `
  ${NOTED}
  select account_id, updated_at, source_type, source_id, currency, charged_minor, tax_minor,
    ${of(RETURNED, 'orders')}, lapsed_credits, reversed_credits, shortfall_credits, ${of(COVERED, 'orders')}
  from orders
  where charged_minor is not null
    and (refunded_minor > 0 or disputed_minor > 0 or reversed_credits > 0 or lapsed_credits > 0 or shortfall_credits > 0)
  order by updated_at, id`;

/** What a change of an order is noted for. */
const SEEN = [
  ...['charged_minor', 'tax_minor', 'refunded_minor', 'disputed_minor', 'lapsed_credits', 'reversed_credits'],
  ...['shortfall_credits', 'covers_until'],
];

const TRIGGERS = [
  `create function note_money_of_order() returns trigger language plpgsql as $$
   begin
     ${NOTED}
     values (new.account_id, new.updated_at, new.source_type, new.source_id, new.currency, new.charged_minor,
       new.tax_minor, ${of(RETURNED, 'new')}, new.lapsed_credits, new.reversed_credits, new.shortfall_credits,
       ${of(COVERED, 'new')});
     return null;
   end $$`,
  `create trigger tr_orders_note_money after update on orders for each row
   when (new.charged_minor is not null
     and (${SEEN.map((name) => `old.${name}`).join(', ')}) is distinct from (${SEEN.map((name) => `new.${name}`).join(', ')}))
   execute function note_money_of_order()`,
  `create function note_what_order_covers() returns trigger language plpgsql as $$
   begin
     update orders set covers_until = greatest(covers_until, covered.until)
     from (select order_id, max(ends_at) as until from added group by order_id) covered
     where covered.order_id = orders.id;
     return null;
   end $$`,
  `create trigger tr_allowances_cover after insert on allowances
   referencing new table as added for each statement execute function note_what_order_covers()`,
];

function of(sql: string, row: string): string {
  return sql.replaceAll('%', row);
}
