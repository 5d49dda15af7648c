import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';

/** So that a statement takes no time to speak of, however many features end at one instant. */
const AT_A_TIME = 1_000;
const LOOK_EVERY_MS = 15_000;

/**
 * Writes down which features time has closed, for programs that read the table. Nothing else depends on it: every read
 * of Scrip looks at the clock. What another transaction holds is left to the next time. Returns how many there were.
 */
@Injectable()
export class ExpireEntitlements implements OnModuleInit {
  private readonly log = new Logger(ExpireEntitlements.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for features that are over', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

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
      const [, count]: [unknown[], number] = await tx.query(
        `update entitlements
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
         ))`,
        [now, AT_A_TIME],
      );
      return count;
    });
  }
}
