import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addEventJob } from './queue.js';
import { StripeEvent } from './stripe-event.entity.js';
import { resetEvent } from './stripe-events.store.js';
import { StripeEventNotFound } from './webhooks.problems.js';

/**
 * Lets an event be handled once more, from the beginning, also one that was handled or is dead. What it is about is
 * fetched anew, so an event that was handled before changes nothing. @throws StripeEventNotFound
 */
@Injectable()
export class ReplayEvent {
  async run(tx: Tx, stripeEventId: string): Promise<StripeEvent> {
    if (!(await resetEvent(tx, stripeEventId))) throw new StripeEventNotFound({ stripeEventId });
    const event = await tx.findOneByOrFail(StripeEvent, { id: stripeEventId });
    await addEventJob(tx, { stripeEventId, type: event.type });
    return event;
  }
}
