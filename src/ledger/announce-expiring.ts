import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { addDays, Clock } from '../kernel/clock.js';
import { notRecorded, RecordDomainEvent } from '../outbox/record-domain-event.js';

const AT_A_TIME = 500;
const LOOK_EVERY_MS = 15_000;

/** Whom it is told that credits expire, and how long before. */
export interface ExpiryNotice {
  readonly days: number;
  /** The key of the alert that asks for it; null for what is always told. A grant is told of once for each. */
  readonly alert: string | null;
  /** Of these accounts alone, or of all but these. */
  readonly accounts: { readonly only: readonly string[] } | { readonly except: readonly string[] };
}

const ALWAYS: ExpiryNotice = { days: 3, alert: null, accounts: { except: [] } };

interface ExpiringRow {
  account_id: string;
  id: string;
  remaining: string;
  expires_at: Date;
}

/** Records which credits are about to expire, once for each grant and for each who asks. */
@Injectable()
export class AnnounceExpiring implements OnModuleInit {
  private readonly log = new Logger(AnnounceExpiring.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for credits that expire soon', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /**
   * Returns how many were news. `also` is done in the transaction that records them, with the accounts they are of.
   */
  async run(
    notice: ExpiryNotice = ALWAYS,
    also?: (tx: Tx, accountIds: readonly string[]) => Promise<void>,
  ): Promise<number> {
    let news = 0;
    for (;;) {
      const grants = await this.expiring(notice);
      await this.database.transaction(async (tx) => {
        await this.record.runAll(
          tx,
          grants.map(({ account_id: accountId, id: grantId, remaining, expires_at: expiresAt }) => ({
            type: 'credits.expiring' as const,
            accountId,
            data: { grantId, credits: Number(remaining), expiresAt: expiresAt.toISOString(), alert: notice.alert },
            cause: `${causeOf(notice)}${accountId}:${grantId}`,
          })),
        );
        if (also !== undefined && grants.length > 0) await also(tx, [...new Set(grants.map((row) => row.account_id))]);
      });
      news += grants.length;
      if (grants.length < AT_A_TIME) return news;
    }
  }

  private expiring(notice: ExpiryNotice): Promise<ExpiringRow[]> {
    const now = this.clock.now();
    const { accounts, days } = notice;
    return this.database.query<ExpiringRow>(
      // Grants may be on other machines than events: they are found first.
      `with soon as materialized (
         select account_id, id, remaining, expires_at
         from grants
         where status = 'active'
           and expires_at > $1
           and expires_at <= $2
           and ${'only' in accounts ? 'account_id = any($4::text[])' : 'account_id <> all($4::text[])'})
       select account_id, id, remaining, expires_at
       from soon
       where ${notRecorded('credits.expiring', "$5 || soon.account_id || ':' || soon.id")}
       order by expires_at, id
       limit $3`,
      [now, addDays(now, days), AT_A_TIME, 'only' in accounts ? accounts.only : accounts.except, causeOf(notice)],
    );
  }
}

/** What names the grant besides itself. No account's id has a blank. */
function causeOf({ alert }: ExpiryNotice): string {
  return alert === null ? '' : `${alert} `;
}
