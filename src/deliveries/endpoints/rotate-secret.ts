import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { EndpointWithSecret } from './create-endpoint.js';
import { lockEndpoint } from './webhook-endpoints.queries.js';
import { addSecret, shownSecret } from './webhook-secrets.store.js';

/**
 * Gives an endpoint a new secret. For a day the one before signs as well, so that an app may change to the new one
 * whenever it likes. Locks the endpoint. @throws WebhookEndpointNotFound
 */
@Injectable()
export class RotateSecret {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, endpointId: string): Promise<EndpointWithSecret> {
    const endpoint = await lockEndpoint(tx, endpointId);
    return { endpoint, secret: shownSecret(await addSecret(tx, endpointId, this.clock.now())) };
  }
}
