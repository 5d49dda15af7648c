import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';
import { FirstReach, furtherThan, type Reach } from './book/extent.js';
import { type DuesDone, Ledger } from './ledger.js';
import { Lanes } from './posting/lanes.js';

const SWEEP_EVERY_MS = 15_000;
const ACCOUNTS_PER_TRANSACTION = 100;
/** What is due on the accounts of one transaction, which keeps the event loop for a few milliseconds. */
const DUES_PER_TRANSACTION = 256;

/**
 * Writes down what time alone has changed: holds past their deadline, grants that have become effective, credits that
 * have expired. Nothing depends on it being punctual, since every read and every write acts as if it had just run.
 */
@Injectable()
export class LedgerSweep implements OnModuleInit {
  private readonly log = new Logger(LedgerSweep.name);

  constructor(
    private readonly database: Database,
    private readonly lanes: Lanes,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
    private readonly firstReach: FirstReach,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the sweep of the ledger', everyMs: SWEEP_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /**
   * Brings every account up to date for which something is due. Where much is, in steps, after all other accounts.
   * Returns how many were written.
   */
  async run(): Promise<number> {
    const now = this.clock.now();
    const behind: string[] = [];
    let written = 0;
    let after = '';
    for (;;) {
      const due = await this.dueAfter(after, now);
      const last = due.at(-1);
      if (last === undefined) break;
      for (const accountIds of await this.lanes.group(due)) {
        const step = await this.step(accountIds, now, this.firstReach).catch(() => this.oneByOne(accountIds, now));
        written += step.written;
        behind.push(...step.behind);
      }
      after = last;
    }
    for (const accountId of behind) await this.inSteps(accountId, now).catch((error: unknown) => this.log.error(error));
    return written;
  }

  /** One account that cannot be brought up to date never keeps the others waiting. */
  private async oneByOne(accountIds: string[], now: Date): Promise<DuesDone> {
    const steps: DuesDone[] = [];
    for (const accountId of accountIds) {
      const step = await this.step([accountId], now, this.firstReach).catch((error: unknown) => this.log.error(error));
      if (step !== undefined) steps.push(step);
    }
    return {
      written: steps.reduce((sum, { written }) => sum + written, 0),
      behind: steps.flatMap(({ behind }) => behind),
    };
  }

  private async inSteps(accountId: string, now: Date): Promise<void> {
    let reach: Reach = this.firstReach;
    for (;;) {
      const { written, behind } = await this.step([accountId], now, reach);
      if (behind.length === 0) return;
      if (written === 0) reach = furtherThan(reach);
    }
  }

  /** The next accounts for which something is due, as many as one transaction should bring up to date. */
  private async dueAfter(after: string, now: Date): Promise<string[]> {
    const rows = await this.database.query<{ account_id: string; dues: number }>(
      `select account_id, count(*)::int as dues from (
         select account_id from holds where status = 'active' and expires_at <= $1
         union all
         select account_id from grants where status = 'active' and expires_at <= $1
         union all
         select account_id from grants where status = 'pending' and effective_at <= $1) due
       where account_id collate "C" > $2
       group by account_id
       order by account_id collate "C"
       limit $3`,
      [now, after, ACCOUNTS_PER_TRANSACTION],
    );
    let dues = 0;
    const isMore = rows.findIndex((row) => {
      dues += row.dues;
      return dues > DUES_PER_TRANSACTION;
    });
    return rows.slice(0, isMore === -1 ? undefined : Math.max(1, isMore)).map((row) => row.account_id);
  }

  private async step(accountIds: string[], now: Date, reach: Reach): Promise<DuesDone> {
    return this.database.transaction((tx) => this.ledger.doDues(tx, accountIds, { now, reach }));
  }
}
