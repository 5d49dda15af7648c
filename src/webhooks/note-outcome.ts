import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { describeError } from '../jobs/describe-error.js';
import { addDays, Clock } from '../kernel/clock.js';
import type { StripeEventStatus } from './stripe-event.js';

/** As long as Stripe itself tries to deliver an event. What it gives no answer to for longer is at fault itself. */
const WAITS_COUNT_AFTER_DAYS = 3;

/** Notes how an attempt at an event has ended. */
@Injectable()
export class NoteOutcome {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** To be run in the transaction of the effect. */
  async done(tx: Tx, stripeEventId: string, status: 'handled' | 'ignored'): Promise<void> {
    await tx.query(
      `update stripe_events
       set status = $2,
           attempts = attempts + 1,
           last_error = null,
           handled_at = $3
       where id = $1
         and status not in ('handled', 'ignored')`,
      [stripeEventId, status, this.clock.now()],
    );
  }

  /**
   * Stripe gave no answer: tried, and not counted towards the last attempt. Undefined for one that is handled
   * meanwhile, and for one that has waited for so many days that it must count.
   */
  async waited(tx: Tx, stripeEventId: string, error: unknown): Promise<{ type: string; waits: number } | undefined> {
    const [rows]: [{ type: string; waits: number }[], number] = await tx.query(
      `update stripe_events
       set status = 'failed',
           attempts = attempts + 1,
           waits = waits + 1,
           last_error = $2
       where id = $1
         and status not in ('handled', 'ignored')
         and received_at > $3
       returning type, waits`,
      [stripeEventId, describeError(error), addDays(this.clock.now(), -WAITS_COUNT_AFTER_DAYS)],
    );
    return rows[0];
  }

  /** Dead after the last attempt. One that was handled by somebody else in the meantime stays handled. */
  async failed(tx: Tx, stripeEventId: string, error: unknown): Promise<StripeEventStatus | undefined> {
    const [rows]: [{ status: StripeEventStatus }[], number] = await tx.query(
      `update stripe_events
       set status = case when attempts + 1 - waits >= $2 then 'dead' else 'failed' end,
           attempts = attempts + 1,
           last_error = $3
       where id = $1
         and status not in ('handled', 'ignored')
       returning status`,
      [stripeEventId, this.config.stripeEventMaxAttempts, describeError(error)],
    );
    return rows[0]?.status;
  }
}
