import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { DeliveryNotFound, WebhookEndpointDisabled } from '../deliveries.problems.js';
import { lockEndpoint } from '../endpoints/webhook-endpoints.queries.js';
import { beginAnew } from './deliveries.store.js';
import { TEST_TYPE, WebhookDelivery } from './webhook-delivery.entity.js';

/**
 * Has a delivery be sent once more, from its first attempt on, at once. Locks the endpoint, then the delivery. @throws
 * WebhookEndpointNotFound, DeliveryNotFound, WebhookEndpointDisabled
 */
@Injectable()
export class ReplayDelivery {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, endpointId: string, deliveryId: string): Promise<void> {
    const endpoint = await lockEndpoint(tx, endpointId);
    const delivery = await tx.findOneBy(WebhookDelivery, { id: deliveryId, endpointId });
    if (delivery === null) throw new DeliveryNotFound({ endpointId, deliveryId });
    if (endpoint.status === 'disabled' && delivery.type !== TEST_TYPE)
      throw new WebhookEndpointDisabled({ endpointId });
    await beginAnew(tx, deliveryId, this.clock.now());
  }
}
