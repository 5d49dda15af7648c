import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { lockEndpoint } from '../endpoints/webhook-endpoints.queries.js';
import { addDeliveries } from './deliveries.store.js';
import { TEST_TYPE } from './webhook-delivery.entity.js';
import { WebhookMessage } from './webhook-message.entity.js';

/** Has a message be sent that is about nothing but the endpoint itself. @throws WebhookEndpointNotFound */
@Injectable()
export class SendTest {
  constructor(private readonly clock: Clock) {}

  /** Returns the id of the delivery. */
  async run(tx: Tx, endpointId: string): Promise<string> {
    const endpoint = await lockEndpoint(tx, endpointId);
    const now = this.clock.now();
    const message = { id: newId('msg', now), type: TEST_TYPE };
    await tx.insert(WebhookMessage, { ...message, data: { endpointId, events: endpoint.events }, occurredAt: now });
    const [deliveryId] = await addDeliveries(tx, endpointId, [{ messageId: message.id, type: TEST_TYPE }], { now });
    return deliveryId ?? '';
  }
}
