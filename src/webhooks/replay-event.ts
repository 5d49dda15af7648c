import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addEventJob } from './queue.js';
import { STRIPE_EVENT_COLUMNS, type StripeEvent, type StripeEventRow, toStripeEvent } from './stripe-event.js';
import { StripeEventNotFound } from './webhooks.problems.js';

/**
 * Lets an event be handled once more, from the beginning, also one that was handled or is dead. What it is about is
 * fetched anew, so an event that was handled before changes nothing. @throws StripeEventNotFound
 */
@Injectable()
export class ReplayEvent {
  async run(tx: Tx, stripeEventId: string): Promise<StripeEvent> {
    const [rows]: [StripeEventRow[], number] = await tx.query(
      `update stripe_events
       set status = 'received',
           attempts = 0,
           waits = 0,
           last_error = null,
           handled_at = null
       where id = $1
       returning ${STRIPE_EVENT_COLUMNS}`,
      [stripeEventId],
    );
    const [row] = rows;
    if (row === undefined) throw new StripeEventNotFound({ stripeEventId });
    await addEventJob(tx, { stripeEventId, type: row.type });
    return toStripeEvent(row);
  }
}
