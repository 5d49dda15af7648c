import { Injectable, Logger } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { describeError } from '../jobs/describe-error.js';
import { storable } from '../kernel/storable.js';
import { withinTime } from '../kernel/time-limit.js';
import { Settlement } from '../settlement/settlement.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { readFact } from '../stripe/events/facts.js';
import { AwaitedEvents } from './awaited-events.js';
import { FinishAttempt } from './finish-attempt.js';
import { addWaitingEventJob } from './queue.js';
import type { StripeEventStatus } from './stripe-event.entity.js';
import { StripeEventsQueries } from './stripe-events.queries.js';

/** What an attempt that did not succeed leads to. `waiting` has a job that tries again. */
type Outcome = StripeEventStatus | 'waiting' | undefined;

/**
 * Handles one stored event: fetches what it is about, then writes the effect and that it is handled in one transaction.
 * Any failure, of whatever part, is an attempt: it is noted in a transaction of its own and thrown, so that the job is
 * tried again; after the last attempt the event is dead and waits for a replay. One that Stripe gives no answer to is
 * no failure of the event: it is tried again in slots apart, and that does not count towards its last attempt. Safe to
 * run twice, also at once.
 */
@Injectable()
export class HandleEvent {
  private readonly log = new Logger(HandleEvent.name);

  constructor(
    private readonly database: Database,
    private readonly events: StripeEventsQueries,
    private readonly settlement: Settlement,
    private readonly finishAttempt: FinishAttempt,
    private readonly awaitedEvents: AwaitedEvents,
  ) {}

  /** Waits `maxWaitMs` for Stripe, all calls taken together. */
  async run(stripeEventId: string, maxWaitMs: number): Promise<void> {
    try {
      await withinTime(maxWaitMs, () => this.handle(stripeEventId));
    } catch (error) {
      const outcome = await this.database.transaction((tx) => this.noteFailure(tx, stripeEventId, error));
      this.log.error(`event ${stripeEventId} is ${outcome ?? 'handled elsewhere'}: ${describeError(error)}`);
      if (outcome === 'failed') throw error;
    } finally {
      this.awaitedEvents.tried(stripeEventId);
    }
  }

  private async handle(stripeEventId: string): Promise<void> {
    const event = await this.events.find(stripeEventId);
    if (event === null || event.status === 'handled' || event.status === 'ignored') return;
    const write = await this.settlement.prepare(readFact(storable(event.payload)));
    await this.database.transaction(async (tx) => {
      await write?.(tx);
      await this.finishAttempt.done(tx, stripeEventId, write === undefined ? 'ignored' : 'handled');
    });
  }

  private async noteFailure(tx: Tx, stripeEventId: string, error: unknown): Promise<Outcome> {
    const waited = isOfStripe(error) ? await this.finishAttempt.waited(tx, stripeEventId, error) : undefined;
    if (waited === undefined) return this.finishAttempt.failed(tx, stripeEventId, error);
    await addWaitingEventJob(tx, { stripeEventId, type: waited.type }, waited.waits);
    return 'waiting';
  }
}

/**
 * Whether Stripe could not be asked: out of reach, or with a key that it refuses. What was asked about is not at fault.
 */
function isOfStripe(error: unknown): boolean {
  return error instanceof StripeUnavailable || (error instanceof StripeRefused && error.isOfConfiguration);
}
