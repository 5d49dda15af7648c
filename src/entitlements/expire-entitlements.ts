import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';
import type { NewDomainEvent } from '../outbox/domain-event.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { EntitlementSourceType } from './entitlement.js';
import { closedEvent } from './entitlements.events.js';

/** So that a statement takes no time to speak of, however many features end at one instant. */
const AT_A_TIME = 1_000;
const LOOK_EVERY_MS = 15_000;

interface ClosedRow {
  account_id: string;
  feature: string;
  source_type: EntitlementSourceType;
  source_id: string;
  expires_at: Date;
}

/**
 * Writes down which features time has closed, for programs that read the table, and tells of each. Nothing else depends
 * on it: every read of Scrip looks at the clock. What another transaction holds is left to the next time.
 */
@Injectable()
export class ExpireEntitlements implements OnModuleInit {
  private readonly log = new Logger(ExpireEntitlements.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
    private readonly record: RecordDomainEvent,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for features that are over', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** Returns how many there were. */
  async run(): Promise<number> {
    const now = this.clock.now();
    for (let closed = 0; ; ) {
      const count = await this.close(now);
      closed += count;
      if (count < AT_A_TIME) return closed;
    }
  }

  private close(now: Date): Promise<number> {
    return this.database.transaction(async (tx) => {
      const closed: ClosedRow[] = await tx.query(
        `with closed as (
           update entitlements
           set active = false,
               closed_at = expires_at,
               updated_at = $1
           where ctid = any(array(
             select ctid
             from entitlements
             where active
               and expires_at <= $1
             limit $2
             for no key update skip locked
           ))
           returning account_id, feature, source_type, source_id, expires_at
         )
         select *
         from closed`,
        [now, AT_A_TIME],
      );
      await this.record.runAll(tx, closed.map(toEvent));
      return closed.length;
    });
  }
}

function toEvent(row: ClosedRow): NewDomainEvent {
  const source = { type: row.source_type, id: row.source_id };
  return closedEvent(row.account_id, { feature: row.feature, expiresAt: row.expires_at, source });
}
