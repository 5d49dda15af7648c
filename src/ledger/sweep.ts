import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';
import { lockBooks } from './book/read-books.js';
import { writeBooks } from './book/write-books.js';
import { bringUpToDate } from './decisions/bring-up-to-date.js';
import { Lanes } from './posting/lanes.js';

const SWEEP_EVERY_MS = 15_000;
const ACCOUNTS_PER_TRANSACTION = 100;
/** What is due on the accounts of one transaction, unless one account has more: a few dozen milliseconds of work. */
const DUES_PER_TRANSACTION = 2_000;

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
    @Inject(CONFIG) private readonly config: Pick<Config, 'entryForm'>,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the sweep of the ledger', everyMs: SWEEP_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** Brings every account up to date for which something is due. Returns how many were written. */
  async run(): Promise<number> {
    const now = this.clock.now();
    let written = 0;
    let after = '';
    for (;;) {
      const due = await this.dueAfter(after, now);
      const last = due.at(-1);
      if (last === undefined) return written;
      for (const accountIds of await this.lanes.group(due))
        written += await this.bringUpToDate(accountIds, now).catch(() => this.oneByOne(accountIds, now));
      after = last;
    }
  }

  /** One account that cannot be brought up to date never keeps the others waiting. */
  private async oneByOne(accountIds: string[], now: Date): Promise<number> {
    let written = 0;
    for (const accountId of accountIds) {
      written += await this.bringUpToDate([accountId], now).catch((error: unknown) => {
        this.log.error(error);
        return 0;
      });
    }
    return written;
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

  private async bringUpToDate(accountIds: string[], now: Date): Promise<number> {
    return this.database.transaction(async (tx) => {
      const needs = accountIds.map((accountId) => ({ accountId }));
      const books = [...(await lockBooks(tx, needs, now)).books.values()];
      for (const book of books) bringUpToDate(book);
      const changed = books.filter((book) => book.isChanged);
      await writeBooks(tx, changed, { form: this.config.entryForm });
      return changed.length;
    });
  }
}
