import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { BookFinding } from './book-rule.js';
import { type BookReport, type CheckBooksOptions, checkBooks } from './check-books.js';

export interface RecordBookCheckCommand extends CheckBooksOptions {
  origin: 'command' | 'schedule';
  /** At which time of the schedule: a proof is kept once for each. */
  scheduledAt?: Date;
}

/**
 * Proves the books on one snapshot, then keeps and logs the result. Takes no locks. Must not be called in a
 * transaction.
 */
@Injectable()
export class RecordBookCheck {
  private readonly log = new Logger(RecordBookCheck.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async run({ origin, scheduledAt, ...options }: RecordBookCheckCommand): Promise<BookReport> {
    const startedAt = this.clock.now();
    const report = await this.prove(options);
    const now = this.clock.now();
    await this.database.transaction((tx) =>
      tx.query(
        `insert into book_checks (id, origin, scheduled_at, accounts, entries, finding_count, findings, started_at,
           finished_at)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)
         on conflict (scheduled_at) do nothing`,
        [
          newId('bkc', now),
          origin,
          scheduledAt ?? null,
          report.accounts,
          report.entries,
          report.findingCount,
          JSON.stringify(report.findings),
          startedAt,
          now,
        ],
      ),
    );
    this.tell(report);
    return report;
  }

  /** Snapshots of different nodes are not one instant: what is found there must still be so at a second look. */
  private async prove(options: CheckBooksOptions): Promise<BookReport> {
    const report = await this.database.snapshot((tx) => checkBooks(tx, options));
    if (!this.database.isSharded || report.findingCount === 0) return report;
    const again = await this.database.snapshot((tx) => checkBooks(tx, options));
    const suspected = new Set(report.findings.map(nameOf));
    const findings = again.findings.filter((finding) => suspected.has(nameOf(finding)));
    return { ...again, findings, findingCount: findings.length };
  }

  private tell({ accounts, entries, findings, findingCount }: BookReport): void {
    const read = `${entries} entries of ${accounts} accounts`;
    const [first] = findings;
    if (first === undefined) this.log.log(`the books are proven: ${read}`);
    else
      this.log.error(
        `the books break ${findingCount} rules in ${read}; the first is ${first.rule} of account ` +
          `${first.accountId}: ${first.detail}`,
      );
  }
}

function nameOf({ accountId, rule }: BookFinding): string {
  return `${accountId} ${rule}`;
}
