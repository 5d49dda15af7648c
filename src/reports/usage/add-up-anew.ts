import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';

const SUMS = 'sum(quantity), sum(credits), sum(cost_minor)';
const NONE = 'having sum(quantity) <> 0 or sum(credits) <> 0 or sum(cost_minor) <> 0';
const MONEY = ['sold_minor', 'recognised_minor', 'broken_minor', 'returned_minor', 'tax_minor'];

/**
 * Makes the sums of quarters of an hour anew, over all accounts and by day, of usage and of money: one day after the
 * other, each in a transaction that lets nobody else write such sums meanwhile. Takes the tables in the order in which
 * they are written.
 */
@Injectable()
export class AddUpAnew {
  constructor(private readonly database: Database) {}

  async run(): Promise<void> {
    const days = await this.database.query<{ day: Date }>(
      `select day from usage_days
       union select date_trunc('day', quarter, 'UTC') from usage_totals
       union select date_trunc('day', quarter, 'UTC') from usage_quarters
       union select date_trunc('day', quarter, 'UTC') from revenue_totals
       union select date_trunc('day', quarter, 'UTC') from revenue_quarters
       order by 1`,
    );
    for (const { day } of days) await this.addUp(day);
  }

  private async addUp(day: Date): Promise<void> {
    const within = `quarter >= $1 and quarter < $1::timestamptz + interval '24 hours'`;
    await this.database.transaction(async (tx) => {
      await tx.query('lock table revenue_totals, usage_days, usage_totals in share row exclusive mode');
      await tx.query(`delete from revenue_totals where ${within}`, [day]);
      await tx.query(
        `insert into revenue_totals (quarter, currency, ${MONEY.join(', ')})
         select quarter, currency, ${MONEY.map((name) => `sum(${name})`).join(', ')} from revenue_quarters
         where ${within}
         group by quarter, currency`,
        [day],
      );
      await tx.query('delete from usage_days where day = $1', [day]);
      await tx.query(
        `insert into usage_days (day, account_id, meter_key, currency, quantity, credits, cost_minor)
         select $1, account_id, meter_key, currency, ${SUMS} from usage_quarters where ${within}
         group by account_id, meter_key, currency ${NONE}`,
        [day],
      );
      await tx.query(`delete from usage_totals where ${within}`, [day]);
      await tx.query(
        `insert into usage_totals (quarter, meter_key, dimensions, currency, quantity, credits, cost_minor)
         select quarter, meter_key, dimensions, currency, ${SUMS} from usage_quarters where ${within}
         group by quarter, meter_key, dimensions, currency ${NONE}`,
        [day],
      );
    });
  }
}
