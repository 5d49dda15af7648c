import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock, rfc3339 } from '../../kernel/clock.js';
import { MAX_ROWS, type Span, spanOf } from '../api/asked-usage.js';
import { beginningsOf } from '../api/periods.js';
import { Follower } from '../following/follower.js';
import { readFollowing } from '../following/following.store.js';
import { toJsonSum } from '../json-sum.js';
import { nextQuarter } from '../quarters.js';
import { ReportTooLarge } from '../reports.problems.js';
import { FollowMoney } from './follow-money.js';
import type { RevenueQuery, RevenueReportAnswer, RevenueSumAnswer } from './revenue.dto.js';
import { type RevenueRow, revenueRows } from './revenue.store.js';

const FOLLOW_MS = 1_000;

/** What became of the money that was paid. What is new is followed before it is read, as far as there is time. */
@Injectable()
export class RevenueReport {
  constructor(
    private readonly database: Database,
    private readonly follower: Follower,
    private readonly money: FollowMoney,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed, ReportTooLarge, ReportSumTooLarge */
  async run(query: RevenueQuery): Promise<RevenueReportAnswer> {
    const now = this.clock.now();
    const span = spanOf(query, now);
    const { by = 'month', timezone = 'UTC' } = query;
    const beginnings = beginningsOf(by, timezone, { ...span, max: MAX_ROWS });
    if (beginnings.length > MAX_ROWS) throw new ReportTooLarge({ maxRows: MAX_ROWS });
    const isFollowed = await this.follower.followAll({ withinMs: FOLLOW_MS });
    const isAll = (await this.money.followAll({ withinMs: FOLLOW_MS })) && isFollowed;
    // What will be earned when a plan is over has its place there already, and is not earned yet.
    const until = Math.min(span.toMs, nextQuarter(now.getTime()));
    const rows = await revenueRows(this.database, beginnings, { toMs: until });
    const data = answersOf(rows, beginnings, span);
    if (data.length > MAX_ROWS) throw new ReportTooLarge({ maxRows: MAX_ROWS });
    return { data, ...(isAll ? {} : { asOf: await this.followedThrough() }) };
  }

  private async followedThrough(): Promise<string> {
    const { followedThrough } = await readFollowing(this.database);
    return rfc3339(followedThrough ?? new Date(0));
  }
}

/** What was before the first period only says what is owed. */
function answersOf(rows: readonly RevenueRow[], beginnings: readonly number[], { toMs }: Span): RevenueSumAnswer[] {
  const byPeriod = Map.groupBy(rows, ({ period }) => period);
  const owed = new Map<string, bigint>();
  const answers: RevenueSumAnswer[] = [];
  for (const [period, fromMs] of [undefined, ...beginnings].entries()) {
    const sums = new Map((byPeriod.get(period) ?? []).map((row) => [row.currency, row]));
    for (const currency of [...new Set([...owed.keys(), ...sums.keys()])].sort()) {
      const { sold, recognised, broken, returned, tax } = numbersOf(sums.get(currency));
      owed.set(currency, (owed.get(currency) ?? 0n) + sold - recognised - broken - returned);
      if (fromMs === undefined) continue;
      answers.push({
        from: rfc3339(new Date(fromMs)),
        to: rfc3339(new Date(beginnings[period] ?? toMs)),
        currency,
        soldMinor: toJsonSum(sold),
        recognisedMinor: toJsonSum(recognised),
        brokenMinor: toJsonSum(broken),
        returnedMinor: toJsonSum(returned),
        owedMinor: toJsonSum(owed.get(currency) ?? 0n),
        taxMinor: toJsonSum(tax),
      });
    }
  }
  return answers;
}

function numbersOf(row: RevenueRow | undefined) {
  return {
    sold: BigInt(row?.sold_minor ?? 0),
    recognised: BigInt(row?.recognised_minor ?? 0),
    broken: BigInt(row?.broken_minor ?? 0),
    returned: BigInt(row?.returned_minor ?? 0),
    tax: BigInt(row?.tax_minor ?? 0),
  };
}
