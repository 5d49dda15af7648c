import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

const ENDPOINT_ID = 'whe_01kbhe5m8f6q0000000000000a';
const DELIVERY_ID = 'dlv_01kbhe5m8f6q0000000000000a';

export class WebhookEndpointNotFound extends Problem {
  static readonly type = 'webhook-endpoint-not-found';
  static readonly status = 404;
  static readonly title = 'No such webhook endpoint';
  static readonly remedy = 'List the endpoints with `GET /v1/webhook-endpoints`; the id begins with `whe_`.';

  static readonly facts: FactsOf<WebhookEndpointNotFound> = {
    endpointId: { type: 'string', description: 'The id that was asked for.', examples: [ENDPOINT_ID] },
  };

  constructor(override readonly facts: { endpointId: string }) {
    super();
  }

  get detail(): string {
    return `There is no webhook endpoint ${this.facts.endpointId}.`;
  }
}

export class DeliveryNotFound extends Problem {
  static readonly type = 'delivery-not-found';
  static readonly status = 404;
  static readonly title = 'No such delivery';
  static readonly remedy =
    'List the deliveries of the endpoint with `GET /v1/webhook-endpoints/{endpointId}/deliveries`. They are kept for ' +
    'as long as events are.';

  static readonly facts: FactsOf<DeliveryNotFound> = {
    endpointId: { type: 'string', description: 'The endpoint that was named.', examples: [ENDPOINT_ID] },
    deliveryId: { type: 'string', description: 'The id that was asked for.', examples: [DELIVERY_ID] },
  };

  constructor(override readonly facts: { endpointId: string; deliveryId: string }) {
    super();
  }

  get detail(): string {
    return `The endpoint ${this.facts.endpointId} has no delivery ${this.facts.deliveryId}.`;
  }
}

export class WebhookEndpointDisabled extends Problem {
  static readonly type = 'webhook-endpoint-disabled';
  static readonly status = 409;
  static readonly title = 'Webhook endpoint is disabled';
  static readonly remedy = 'Enable it first, with `POST /v1/webhook-endpoints/{endpointId}/enable`.';

  static readonly facts: FactsOf<WebhookEndpointDisabled> = {
    endpointId: { type: 'string', description: 'The endpoint that was named.', examples: [ENDPOINT_ID] },
  };

  constructor(override readonly facts: { endpointId: string }) {
    super();
  }

  get detail(): string {
    return `Nothing is sent to ${this.facts.endpointId} while it is disabled.`;
  }
}

export const deliveriesProblems: readonly ProblemClass[] = [
  WebhookEndpointNotFound,
  DeliveryNotFound,
  WebhookEndpointDisabled,
];
