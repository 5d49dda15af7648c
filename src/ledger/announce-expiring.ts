import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { addDays, Clock } from '../kernel/clock.js';
import { notRecorded, RecordDomainEvent } from '../outbox/record-domain-event.js';

const NOTICE_DAYS = 3;
const AT_A_TIME = 500;
const LOOK_EVERY_MS = 15_000;

interface ExpiringRow {
  account_id: string;
  id: string;
  remaining: string;
  expires_at: Date;
}

/** Records which credits are about to expire, once for each grant. */
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

  /** Returns how many were news. */
  async run(): Promise<number> {
    let news = 0;
    for (;;) {
      const grants = await this.expiring();
      await this.database.transaction(async (tx) => {
        await this.record.runAll(
          tx,
          grants.map(({ account_id: accountId, id: grantId, remaining, expires_at: expiresAt }) => ({
            type: 'credits.expiring' as const,
            accountId,
            data: { grantId, credits: Number(remaining), expiresAt: expiresAt.toISOString() },
            cause: `${accountId}:${grantId}`,
          })),
        );
      });
      news += grants.length;
      if (grants.length < AT_A_TIME) return news;
    }
  }

  private expiring(): Promise<ExpiringRow[]> {
    const now = this.clock.now();
    return this.database.query<ExpiringRow>(
      // Grants may be on other machines than events: they are found first.
      `with soon as materialized (
         select account_id, id, remaining, expires_at
         from grants
         where status = 'active'
           and expires_at > $1
           and expires_at <= $2)
       select account_id, id, remaining, expires_at
       from soon
       where ${notRecorded('credits.expiring', "soon.account_id || ':' || soon.id")}
       order by expires_at, id
       limit $3`,
      [now, addDays(now, NOTICE_DAYS), AT_A_TIME],
    );
  }
}
