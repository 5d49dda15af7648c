import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import type { Derivation, FollowedEntry } from '../following/derivation.js';
import { reversedSpends } from './reversed-spends.js';
import { billionthsOf, billionthsText } from './signed-quantity.js';
import { byDay, byQuarter, negative, overAll, type Sum } from './sum-up.js';
import { usageOf } from './usage-of.js';

/**
 * What was used, added up by quarters of an hour (UTC) of the usage's own time, of which the hours and days of every
 * time zone are made: by account, and over all accounts. And by day (UTC) for each account, so that the accounts that
 * used most are found without looking at all quarters. Triggers of the database keep days with dimensions besides.
 */
@Injectable()
export class UsageRollups implements Derivation {
  async derive(tx: Tx, entries: readonly FollowedEntry[]): Promise<void> {
    const spends = await reversedSpends(tx, entries);
    const quarters = byQuarter(entries.flatMap((entry) => usageOf(entry, spends)));
    await addQuarters(tx, quarters);
    await addTheirSums(tx, quarters);
  }

  /** Days and totals are left as zeros, until what is derived anew is added to them. */
  async clear(tx: Tx, accountId: string, limit: number): Promise<boolean> {
    const [rows]: [QuarterRow[], number] = await tx.query(
      `delete from usage_quarters
       where ctid = any(array(select ctid from usage_quarters where account_id = $1 limit $2))
       returning account_id, quarter, meter_key, dimensions, currency, quantity::text as quantity, credits, cost_minor`,
      [accountId, limit],
    );
    await addTheirSums(tx, negative(rows.map(toSum)));
    const isAll = rows.length < limit;
    // Taking quarters back leaves zeros, and whatever was wrong.
    if (isAll) await tx.query('delete from usage_dimension_days where account_id = $1', [accountId]);
    return isAll;
  }
}

interface QuarterRow {
  account_id: string;
  quarter: Date;
  meter_key: string;
  dimensions: string;
  currency: string;
  quantity: string;
  credits: string;
  cost_minor: string;
}

function toSum(row: QuarterRow): Sum {
  return {
    accountId: row.account_id,
    beginsMs: row.quarter.getTime(),
    meter: row.meter_key,
    dimensions: row.dimensions,
    currency: row.currency,
    quantity: billionthsOf(row.quantity),
    credits: BigInt(row.credits),
    costMinor: BigInt(row.cost_minor),
  };
}

async function addQuarters(tx: Tx, sums: readonly Sum[]): Promise<void> {
  if (sums.length === 0) return;
  await tx.query(
    `insert into usage_quarters as kept
       (quarter, meter_key, currency, quantity, credits, cost_minor, account_id, dimensions)
     select * from unnest(${SUMS}, $7::text[], $8::text[])
     on conflict on constraint pk_usage_quarters do update set ${ADDED}`,
    [...columnsOf(sums), sums.map(({ accountId }) => accountId), sums.map(({ dimensions }) => dimensions)],
  );
}

/** The rows that accounts share come last, so that nobody waits for them longer than he must. */
async function addTheirSums(tx: Tx, quarters: readonly Sum[]): Promise<void> {
  if (quarters.length === 0) return;
  const days = byDay(quarters);
  await tx.query(
    `insert into usage_days as kept (day, meter_key, currency, quantity, credits, cost_minor, account_id)
     select * from unnest(${SUMS}, $7::text[])
     on conflict on constraint pk_usage_days do update set ${ADDED}`,
    [...columnsOf(days), days.map(({ accountId }) => accountId)],
  );
  const totals = overAll(quarters);
  await tx.query(
    `insert into usage_totals as kept (quarter, meter_key, currency, quantity, credits, cost_minor, dimensions)
     select * from unnest(${SUMS}, $7::text[])
     on conflict on constraint pk_usage_totals do update set ${ADDED}`,
    [...columnsOf(totals), totals.map(({ dimensions }) => dimensions)],
  );
}

const SUMS = '$1::timestamptz[], $2::text[], $3::text[], $4::numeric[], $5::bigint[], $6::bigint[]';
const ADDED = `quantity = kept.quantity + excluded.quantity, credits = kept.credits + excluded.credits,
       cost_minor = kept.cost_minor + excluded.cost_minor`;

function columnsOf(sums: readonly Sum[]): unknown[][] {
  return [
    sums.map(({ beginsMs }) => new Date(beginsMs)),
    sums.map(({ meter }) => meter),
    sums.map(({ currency }) => currency),
    sums.map(({ quantity }) => billionthsText(quantity)),
    sums.map(({ credits }) => `${credits}`),
    sums.map(({ costMinor }) => `${costMinor}`),
  ];
}
