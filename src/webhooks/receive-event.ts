import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { ReceivedEvent } from '../stripe/webhook-verifier.js';
import { addHandleEventJob } from './handle-event-job.js';
import type { StripeEventStatus } from './stripe-event.js';

/**
 * Stores a verified event once, with the job that handles it. A delivery of an event that is known changes nothing, but
 * one that still waits is handled at once.
 */
@Injectable()
export class ReceiveEvent {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, event: ReceivedEvent): Promise<{ isDuplicate: boolean }> {
    const isDuplicate = !(await this.insert(tx, event));
    if (isDuplicate) await kick(tx, event);
    else await addHandleEventJob(tx, event);
    return { isDuplicate };
  }

  /** A concurrent delivery of the same event waits here until the first is committed. */
  private async insert(tx: Tx, event: ReceivedEvent): Promise<boolean> {
    const inserted: unknown[] = await tx.query(
      `insert into stripe_events (id, type, api_version, created, livemode, payload, status, received_at)
       values ($1, $2, $3, $4, $5, $6::json, 'received', $7)
       on conflict (id) do nothing
       returning id`,
      [
        event.stripeEventId,
        event.type,
        event.apiVersion,
        event.createdAt,
        event.livemode,
        event.payload,
        this.clock.now(),
      ],
    );
    return inserted.length === 1;
  }
}

async function kick(tx: Tx, event: ReceivedEvent): Promise<void> {
  const [row]: { status: StripeEventStatus }[] = await tx.query('select status from stripe_events where id = $1', [
    event.stripeEventId,
  ]);
  if (row?.status === 'received') await addHandleEventJob(tx, event, { onlyIfAbsent: true });
  if (row?.status === 'failed' || row?.status === 'dead') await addHandleEventJob(tx, event);
}
