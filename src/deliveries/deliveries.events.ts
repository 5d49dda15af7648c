import { ApiProperty } from '@nestjs/swagger';
import type { DescribedEvent } from '../http/openapi/webhooks.js';
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

/** What a batch says of a spend. Its receipt has the rest. */
export class ToldSpendAnswer {
  @ApiProperty({ type: String, example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 5, description: 'Credits that were taken.' })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;
}

export class ToldSpendsAnswer {
  @ApiProperty({
    type: [ToldSpendAnswer],
    description: 'At most 60, those of an account in the order of their entries.',
  })
  spends!: ToldSpendAnswer[];
}

export class WebhookTestAnswer {
  @ApiProperty({ type: String, example: 'whe_01kbhe5m8f6q0000000000000a' })
  endpointId!: string;

  @ApiProperty({ type: [String], example: ['order.*'], description: 'What the endpoint has asked for.' })
  events!: string[];
}

/** What is sent to endpoints and is no event of the feed. */
export const deliveriesMessages = {
  'spend.created': {
    data: ToldSpendsAnswer,
    description: 'Credits were spent: many spends at once, a few seconds later, for those who ask for it by name.',
  },
  'webhook_endpoint.test': { data: WebhookTestAnswer, description: 'Somebody has asked for a test of the endpoint.' },
} satisfies Record<string, DescribedEvent>;

export function disabledEvent(endpoint: WebhookEndpoint): NewDomainEvent {
  return {
    type: 'webhook_endpoint.disabled',
    accountId: null,
    data: toWebhookEndpointAnswer(endpoint) satisfies WebhookEndpointAnswer,
  };
}
