import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { lastNumber } from '../../outbox/events.queries.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { lockEndpoint } from './webhook-endpoints.queries.js';

/**
 * Lets an endpoint be sent what is numbered from now on. What came while it was disabled is sent when a replay asks for
 * it. One that is enabled stays as it is. Locks the endpoint. @throws WebhookEndpointNotFound
 */
@Injectable()
export class EnableEndpoint {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (endpoint.status === 'enabled') return endpoint;
    const enabled = {
      status: 'enabled',
      disabledBecause: null,
      disabledAt: null,
      failingSince: null,
      followedNumber: BigInt(await lastNumber(tx)),
      updatedAt: this.clock.now(),
    } as const;
    await tx.update(WebhookEndpoint, { id: endpointId }, enabled);
    return Object.assign(endpoint, enabled);
  }
}
