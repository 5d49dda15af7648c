import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { describeError } from '../jobs/describe-error.js';
import { Settlement } from '../settlement/settlement.js';
import { readFact } from '../stripe/facts.js';
import { NoteOutcome } from './note-outcome.js';
import { SettledEvents } from './settled-events.js';
import { StripeEventsQueries } from './stripe-events.queries.js';

/**
 * Handles one stored event: fetches what it is about, then writes the effect and that it is handled in one transaction.
 * A failure is noted in a transaction of its own and thrown, so that the job is tried again; after the last attempt the
 * event is dead and waits for a replay. Safe to run twice, also at once.
 */
@Injectable()
export class HandleEvent {
  private readonly log = new Logger(HandleEvent.name);

  constructor(
    private readonly database: Database,
    private readonly events: StripeEventsQueries,
    private readonly settlement: Settlement,
    private readonly noteOutcome: NoteOutcome,
    private readonly settledEvents: SettledEvents,
  ) {}

  async run(stripeEventId: string): Promise<void> {
    const event = await this.events.findPayload(stripeEventId);
    if (event === undefined || event.status === 'handled' || event.status === 'ignored') return;
    try {
      await this.handle(stripeEventId, event.payload);
    } catch (error) {
      const status = await this.database.transaction((tx) => this.noteOutcome.failed(tx, stripeEventId, error));
      this.log.error(`event ${stripeEventId} is ${status ?? 'handled elsewhere'}: ${describeError(error)}`);
      if (status === 'failed') throw error;
    } finally {
      this.settledEvents.settled(stripeEventId);
    }
  }

  private async handle(stripeEventId: string, payload: unknown): Promise<void> {
    const write = await this.settlement.prepare(readFact(payload));
    await this.database.transaction(async (tx) => {
      await write?.(tx);
      await this.noteOutcome.done(tx, stripeEventId, write === undefined ? 'ignored' : 'handled');
    });
  }
}
