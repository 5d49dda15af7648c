import type pg from 'pg';
import { accountIds, HOT_ACCOUNT } from '../load/job.js';
import { SPREAD } from '../stage.js';

/** How many spends the sums are of, and what part of them is the busiest account's. */
export const SPENDS = 10_000_000;
const SHARE_OF_HOT = 0.1;

/**
 * Adds the sums of ten million spends by a meter to a database, as the follower would have derived them: one line each,
 * of five models and two kinds, at random moments of last month (UTC), of 10,000 accounts and a busy one. Rows lie in the
 * order of time, those of all accounts mixed, since an account is not served better by rows that lie together.
 */
export async function seedUsageRollups(client: pg.Client): Promise<void> {
  const ofHot = Math.floor(SPENDS * SHARE_OF_HOT);
  await client.query('create temporary table spread (n serial, account_id text collate "C")');
  await client.query('insert into spread (account_id) select * from unnest($1::text[])', [accountIds(SPREAD)]);
  await client.query(`select setseed(0.5)`);
  // Over so many rows at once the triggers would lay days down by account.
  await client.query('alter table usage_quarters disable trigger user');
  await client.query(
    `insert into usage_quarters (account_id, quarter, meter_key, dimensions, currency, quantity, credits, cost_minor)
     select coalesce(spread.account_id, $1), quarter, 'tokens', dimensions, 'usd', count(*) * 1000, count(*), count(*)
     from (
       select case when i > $2 then 1 + floor(random() * $3)::int end as n,
         date_trunc('month', now(), 'UTC') - interval '1 month'
           + floor(random() * 96 * 28) * interval '15 minutes' as quarter,
         '{"kind":"' || (array['input', 'output'])[1 + floor(random() * 2)::int] || '","model":"model-'
           || floor(random() * 5)::int || '"}' as dimensions
       from generate_series(1, $4::int) i) spends
     left join spread using (n)
     group by 1, 2, 4
     order by 2`,
    [HOT_ACCOUNT, ofHot, accountIds(SPREAD).length, SPENDS],
  );
  await client.query(
    `insert into usage_days (day, account_id, meter_key, currency, quantity, credits, cost_minor)
     select date_trunc('day', quarter, 'UTC'), account_id, meter_key, currency, sum(quantity), sum(credits),
       sum(cost_minor)
     from usage_quarters where meter_key = 'tokens' group by 1, 2, 3, 4`,
  );
  await client.query(
    `insert into usage_dimension_days (day, account_id, meter_key, dimensions, currency, quantity, credits, cost_minor)
     select date_trunc('day', quarter, 'UTC'), account_id, meter_key, dimensions, currency, sum(quantity), sum(credits),
       sum(cost_minor)
     from usage_quarters where meter_key = 'tokens' group by 1, 2, 3, 4, 5
     order by 1, md5(account_id || dimensions)`,
  );
  await client.query('alter table usage_quarters enable trigger user');
  await client.query(
    `insert into usage_totals (quarter, meter_key, dimensions, currency, quantity, credits, cost_minor)
     select quarter, meter_key, dimensions, currency, sum(quantity), sum(credits), sum(cost_minor)
     from usage_quarters where meter_key = 'tokens' group by 1, 2, 3, 4`,
  );
  await client.query('drop table spread');
  await client.query('vacuum analyze usage_quarters, usage_days, usage_dimension_days, usage_totals');
}
