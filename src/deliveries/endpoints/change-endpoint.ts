import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { lockEndpoint } from './webhook-endpoints.queries.js';

/** What is absent stays as it is. */
export interface EndpointChange {
  /** Checked (`CheckAddress`). */
  url?: string;
  events?: string[];
  description?: string | null;
}

/**
 * Changes what an endpoint is sent, and where. What waits goes to the new address; which events are wanted is asked
 * when they come. Locks the endpoint. @throws WebhookEndpointNotFound
 */
@Injectable()
export class ChangeEndpoint {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, endpointId: string, change: EndpointChange): Promise<WebhookEndpoint> {
    const endpoint = await lockEndpoint(tx, endpointId);
    const changed = Object.assign(endpoint, {
      url: change.url ?? endpoint.url,
      events: change.events ?? endpoint.events,
      description: change.description === undefined ? endpoint.description : change.description,
      updatedAt: this.clock.now(),
    });
    const { url, events, description, updatedAt } = changed;
    await tx.update(WebhookEndpoint, { id: endpointId }, { url, events, description, updatedAt });
    return changed;
  }
}
