import type { NewDomainEvent } from '../outbox/domain-event.js';
import type { EventCatalogue } from '../outbox/event-types.js';
import type { WebhookEndpoint } from './endpoints/webhook-endpoint.entity.js';
import { toWebhookEndpointAnswer, WebhookEndpointAnswer } from './endpoints/webhook-endpoints.dto.js';

export const deliveriesEvents = {
  'webhook_endpoint.disabled': {
    data: WebhookEndpointAnswer,
    description: 'Nothing is sent to an endpoint any more: `disabledBecause` says why.',
  },
} satisfies Partial<EventCatalogue>;

export function disabledEvent(endpoint: WebhookEndpoint): NewDomainEvent {
  return {
    type: 'webhook_endpoint.disabled',
    accountId: null,
    data: toWebhookEndpointAnswer(endpoint) satisfies WebhookEndpointAnswer,
  };
}
