import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock, rfc3339 } from '../../kernel/clock.js';
import { readEntries } from '../../ledger/history/read-history.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { type Followed, Follower } from '../following/follower.js';
import { readFollowing } from '../following/following.store.js';
import { ReportTooLarge } from '../reports.problems.js';
import { type AskedUsage, askedUsage, MAX_ROWS, spanOf } from './asked-usage.js';
import type { TopAccountsAnswer, TopAccountsQuery, UsageQuery } from './usage.dto.js';
import { topAccountRows, usageRows } from './usage.queries.js';
import { topAccountAnswer, type UsageReport } from './usage-answers.js';

/** How long a report follows what is new before it is answered. */
const FOLLOW_ONE_MS = 2_000;
const FOLLOW_ALL_MS = 500;

/** Usage reports. What they are about is followed before it is read, as far as there is time. */
@Injectable()
export class UsageReports {
  constructor(
    private readonly database: Database,
    private readonly follower: Follower,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed, ReportTooLarge, AccountNotFound */
  async ofAccount(accountId: string, query: UsageQuery): Promise<UsageReport> {
    const asked = askedUsage(query, this.clock.now());
    const followed = await this.follower.followOne(accountId, { withinMs: FOLLOW_ONE_MS });
    if (followed === undefined) throw new AccountNotFound({ accountId });
    return this.report(asked, accountId, await this.asOfOne(accountId, followed));
  }

  /** @throws ValidationFailed, ReportTooLarge */
  async ofAll(query: UsageQuery): Promise<UsageReport> {
    const asked = askedUsage(query, this.clock.now());
    return this.report(asked, undefined, await this.followAll());
  }

  /** @throws ValidationFailed, ReportSumTooLarge */
  async topAccounts(query: TopAccountsQuery): Promise<TopAccountsAnswer> {
    const span = spanOf(query, this.clock.now());
    const asOf = await this.followAll();
    const { meter, limit } = query;
    const rows = await topAccountRows(this.database, { span, meter, limit });
    const isOfOneMeter = meter !== undefined;
    return { data: rows.map((row) => topAccountAnswer(row, { isOfOneMeter })), ...asOf };
  }

  private async report(
    asked: AskedUsage,
    accountId: string | undefined,
    asOf: { asOf?: string },
  ): Promise<UsageReport> {
    const rows = await usageRows(this.database, { accountId, asked, limit: MAX_ROWS + 1 });
    if (rows.length > MAX_ROWS) throw new ReportTooLarge({ maxRows: MAX_ROWS });
    return { asked, rows, ...asOf };
  }

  private async followAll(): Promise<{ asOf?: string }> {
    if (await this.follower.followAll({ withinMs: FOLLOW_ALL_MS })) return {};
    const { followedThrough } = await readFollowing(this.database);
    return { asOf: rfc3339(followedThrough ?? new Date(0)) };
  }

  private async asOfOne(accountId: string, { seq, isComplete }: Followed): Promise<{ asOf?: string }> {
    if (isComplete) return {};
    const [last] = await readEntries(this.database, [{ accountId, from: seq, to: seq }]);
    return { asOf: rfc3339(last?.entry.recordedAt ?? new Date(0)) };
  }
}
