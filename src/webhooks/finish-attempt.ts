import { Inject, Injectable } from '@nestjs/common';
import { In, MoreThan, Not, type UpdateQueryBuilder } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { describeError } from '../jobs/describe-error.js';
import { addDays, Clock } from '../kernel/clock.js';
import { StripeEvent, type StripeEventStatus } from './stripe-event.entity.js';

/** As long as Stripe itself tries to deliver an event. What it gives no answer to for longer is at fault itself. */
const WAITS_COUNT_AFTER_DAYS = 3;

/** An attempt at an event that somebody else has handled in the meantime changes nothing. */
const NOT_HANDLED = Not(In<StripeEventStatus>(['handled', 'ignored']));

/** Notes how an attempt at an event has ended. */
@Injectable()
export class FinishAttempt {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** To be run in the transaction of the effect. */
  async done(tx: Tx, stripeEventId: string, status: 'handled' | 'ignored'): Promise<void> {
    await tx.update(
      StripeEvent,
      { id: stripeEventId, status: NOT_HANDLED },
      { status, attempts: () => 'attempts + 1', lastError: null, handledAt: this.clock.now() },
    );
  }

  /**
   * Stripe gave no answer: tried, and not counted towards the last attempt. Undefined for one that is handled
   * meanwhile, and for one that has waited for so many days that it must count.
   */
  async waited(tx: Tx, stripeEventId: string, error: unknown): Promise<{ type: string; waits: number } | undefined> {
    const receivedAt = MoreThan(addDays(this.clock.now(), -WAITS_COUNT_AFTER_DAYS));
    return changed<{ type: string; waits: number }>(
      tx
        .createQueryBuilder()
        .update(StripeEvent)
        .set({
          status: 'failed',
          attempts: () => 'attempts + 1',
          waits: () => 'waits + 1',
          lastError: describeError(error),
        })
        .where({ id: stripeEventId, status: NOT_HANDLED, receivedAt })
        .returning(['type', 'waits']),
    );
  }

  /** Dead after the last attempt. One that was handled by somebody else in the meantime stays handled. */
  async failed(tx: Tx, stripeEventId: string, error: unknown): Promise<StripeEventStatus | undefined> {
    const event = await changed<{ status: StripeEventStatus }>(
      tx
        .createQueryBuilder()
        .update(StripeEvent)
        .set({
          status: () => `case when attempts + 1 - waits >= :maxAttempts then 'dead' else 'failed' end`,
          attempts: () => 'attempts + 1',
          lastError: describeError(error),
        })
        .where({ id: stripeEventId, status: NOT_HANDLED })
        .setParameter('maxAttempts', this.config.stripeEventMaxAttempts)
        .returning(['status']),
    );
    return event?.status;
  }
}

/** Changes one event, and returns what is asked of it; undefined when none was changed. */
async function changed<Returned>(update: UpdateQueryBuilder<StripeEvent>): Promise<Returned | undefined> {
  const { raw }: { raw: Returned[] } = await update.execute();
  return raw[0];
}
