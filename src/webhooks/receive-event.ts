import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { API_VERSION } from '../stripe/client/stripe-client.js';
import type { ReceivedEvent } from '../stripe/events/webhook-verifier.js';
import { addEventJob } from './queue.js';
import type { StripeEventStatus } from './stripe-event.js';

/** Enough for any account; whoever can sign may name as many as they like. */
const MAX_VERSIONS = 20;

/**
 * Stores a verified event once, with the job that handles it. A delivery of an event that is known changes nothing, but
 * one that still waits is handled at once.
 */
@Injectable()
export class ReceiveEvent {
  private readonly log = new Logger(ReceiveEvent.name);
  private readonly versions = new Set<string | null>([API_VERSION, null]);

  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, event: ReceivedEvent): Promise<{ isDuplicate: boolean }> {
    this.noteVersion(event);
    const isDuplicate = !(await this.insert(tx, event));
    if (isDuplicate) await kick(tx, event);
    else await addEventJob(tx, event);
    return { isDuplicate };
  }

  /** An endpoint may send another version than ours: what is read of events has one form in all, as far as we know. */
  private noteVersion({ apiVersion }: ReceivedEvent): void {
    if (this.versions.has(apiVersion) || this.versions.size > MAX_VERSIONS) return;
    this.versions.add(apiVersion);
    this.log.warn(
      `events come in the API version ${apiVersion} of Stripe, and this service speaks ${API_VERSION}. What they are ` +
        'about is fetched anew, so they are handled; better set the webhook endpoint to the version of the service',
    );
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
  if (row?.status === 'received') await addEventJob(tx, event, { onlyIfAbsent: true });
  if (row?.status === 'failed' || row?.status === 'dead') await addEventJob(tx, event);
}
