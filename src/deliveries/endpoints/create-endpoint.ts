import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { lastNumber } from '../../outbox/events.queries.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { addSecret, shownSecret } from './webhook-secrets.store.js';

export interface CreateEndpointCommand {
  /** Checked (`CheckAddress`). */
  url: string;
  events: string[];
  description: string | null;
}

/** An endpoint with its newest secret, in the form in which it is shown. It is never shown again. */
export interface EndpointWithSecret {
  endpoint: WebhookEndpoint;
  secret: string;
}

/**
 * Registers an endpoint, which is sent what is numbered from now on. Takes no idempotency key: the stored answer would
 * hold the secret.
 */
@Injectable()
export class CreateEndpoint {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { url, events, description }: CreateEndpointCommand): Promise<EndpointWithSecret> {
    const now = this.clock.now();
    const endpoint = Object.assign(new WebhookEndpoint(), {
      id: newId('whe', now),
      url,
      description,
      events,
      status: 'enabled',
      disabledBecause: null,
      disabledAt: null,
      failingSince: null,
      followedNumber: BigInt(await lastNumber(tx)),
      replayedNumber: null,
      replayThroughNumber: null,
      createdAt: now,
      updatedAt: now,
    } satisfies WebhookEndpoint);
    await tx.insert(WebhookEndpoint, endpoint);
    return { endpoint, secret: shownSecret(await addSecret(tx, endpoint.id, now)) };
  }
}
