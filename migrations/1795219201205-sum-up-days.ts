import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = 'account_id, day, meter_key, dimensions, currency';
const ADDED = ['quantity', 'credits', 'cost_minor'].map((name) => `${name} = kept.${name} + excluded.${name}`);

/** Rows of quarters, as they change their days. */
const OF_QUARTERS = 'account_id, quarter, meter_key, dimensions, currency';
const added = `select ${OF_QUARTERS}, quantity, credits, cost_minor from added`;
const removed = `select ${OF_QUARTERS}, -quantity as quantity, -credits as credits, -cost_minor as cost_minor from removed`;

const TRIGGERS = [
  { event: 'insert', tables: 'new table as added', changes: added },
  { event: 'update', tables: 'old table as removed new table as added', changes: `${added} union all ${removed}` },
  { event: 'delete', tables: 'old table as removed', changes: removed },
];

/**
 * Days (UTC) of each account with their dimensions, so that a report on weeks or a year of a busy account need not read
 * every quarter of an hour. Triggers keep them in the statement that writes quarters, so that they are right whichever
 * version of the service writes those.
 */
export class SumUpDays1795219201205 implements MigrationInterface {
  readonly name = 'SumUpDays1795219201205';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table usage_dimension_days (
        account_id text collate "C" not null,
        day timestamptz(3) not null,
        meter_key text collate "C" not null,
        dimensions text collate "C" not null,
        currency text collate "C" not null,
        quantity numeric(38, 9) not null,
        credits bigint not null,
        cost_minor bigint not null,
        dimensions_digest bytea not null generated always as (digest_of_dimensions(dimensions)) stored,
        constraint pk_usage_dimension_days primary key (account_id, day, meter_key, dimensions_digest, currency)
      ) with (fillfactor = 70)`);
    for (const { event, tables, changes } of TRIGGERS) {
      await runner.query(`
        create function sum_up_days_on_${event}() returns trigger language plpgsql as $$
        begin
          ${summedUp(`(${changes})`)}
          on conflict on constraint pk_usage_dimension_days do update set ${ADDED.join(', ')};
          return null;
        end $$`);
      await runner.query(`
        create trigger tr_usage_quarters_sum_up_days_on_${event} after ${event} on usage_quarters
        referencing ${tables} for each statement execute function sum_up_days_on_${event}()`);
    }
    // Since there are triggers, nobody has written quarters meanwhile that are not seen here.
    await runner.query(summedUp('usage_quarters'));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { event } of TRIGGERS) {
      await runner.query(`drop trigger tr_usage_quarters_sum_up_days_on_${event} on usage_quarters`);
      await runner.query(`drop function sum_up_days_on_${event}`);
    }
    await runner.query('drop table usage_dimension_days');
  }
}

/** In the order of the keys, which is the same for whoever writes them. */
function summedUp(quarters: string): string {
  return `
          insert into usage_dimension_days as kept (${KEY}, quantity, credits, cost_minor)
          select account_id, date_trunc('day', quarter, 'UTC') as day, meter_key, dimensions, currency, sum(quantity),
            sum(credits), sum(cost_minor)
          from ${quarters} changed
          group by ${KEY}
          order by ${KEY}`;
}
