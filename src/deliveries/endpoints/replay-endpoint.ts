import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { firstNumberSince, lastNumber } from '../../outbox/events.queries.js';
import { WebhookEndpointDisabled } from '../deliveries.problems.js';
import { beginAllAnew } from '../sending/deliveries.store.js';
import { SPEND_CREATED } from './event-filter.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { lockEndpoint } from './webhook-endpoints.queries.js';

/**
 * Has an endpoint be sent again what was recorded since a moment, delivered or not. One that is still being made begins
 * earlier where it must. Locks the endpoint. @throws WebhookEndpointNotFound, WebhookEndpointDisabled
 */
@Injectable()
export class ReplayEndpoint {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, endpointId: string, since: Date): Promise<WebhookEndpoint> {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (endpoint.status === 'disabled') throw new WebhookEndpointDisabled({ endpointId });
    // They are not in the feed.
    await beginAllAnew(tx, endpointId, { type: SPEND_CREATED, since, now: this.clock.now() });
    const first = await firstNumberSince(tx, since);
    if (first === undefined) return endpoint;
    const before = BigInt(first - 1);
    const { replayedNumber: unfinished } = endpoint;
    const replayed = {
      replayedNumber: unfinished !== null && unfinished < before ? unfinished : before,
      replayThroughNumber: BigInt(await lastNumber(tx)),
    };
    await tx.update(WebhookEndpoint, { id: endpointId }, replayed);
    return Object.assign(endpoint, replayed);
  }
}
