import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { API_VERSION } from '../stripe/client/stripe-client.js';
import type { ReceivedEvent } from '../stripe/events/webhook-verifier.js';
import { addEventJob } from './queue.js';
import { StripeEvent } from './stripe-event.entity.js';
import { insertEvent } from './stripe-events.store.js';

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
    const isDuplicate = !(await insertEvent(tx, event, this.clock.now()));
    if (isDuplicate) await kick(tx, event);
    else await addEventJob(tx, event);
    return { isDuplicate };
  }

  /** An endpoint may send another version: what is read of events has one form in all, as far as is known. */
  private noteVersion({ apiVersion }: ReceivedEvent): void {
    if (this.versions.has(apiVersion) || this.versions.size > MAX_VERSIONS) return;
    this.versions.add(apiVersion);
    this.log.warn(
      `events come in the API version ${apiVersion} of Stripe, and this service speaks ${API_VERSION}. What they are ` +
        'about is fetched anew, so they are handled; better set the webhook endpoint to the version of the service',
    );
  }
}

async function kick(tx: Tx, event: ReceivedEvent): Promise<void> {
  const known = await tx.findOneBy(StripeEvent, { id: event.stripeEventId });
  if (known?.status === 'received') await addEventJob(tx, event, { onlyIfAbsent: true });
  if (known?.status === 'failed' || known?.status === 'dead') await addEventJob(tx, event);
}
