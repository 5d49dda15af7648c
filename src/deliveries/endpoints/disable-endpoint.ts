import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { RecordDomainEvent } from '../../outbox/record-domain-event.js';
import { disabledEvent } from '../deliveries.events.js';
import { cancelWaiting } from '../sending/deliveries.store.js';
import { type DisablingReason, WebhookEndpoint } from './webhook-endpoint.entity.js';
import { lockEndpoint } from './webhook-endpoints.queries.js';

const IN_WORDS: Record<DisablingReason, string> = {
  asked: 'by a call',
  gone: 'since it answered 410, which says that it is gone',
  failing: 'since nothing could be delivered there for five days',
};

/**
 * Sends nothing to an endpoint any more: what waits is canceled. Says so by an event and in the log. One that is
 * disabled stays as it is, with the reason that it had. Locks the endpoint, then its deliveries. @throws
 * WebhookEndpointNotFound
 */
@Injectable()
export class DisableEndpoint {
  private readonly log = new Logger(DisableEndpoint.name);

  constructor(
    private readonly clock: Clock,
    private readonly recordDomainEvent: RecordDomainEvent,
  ) {}

  async run(tx: Tx, endpointId: string, because: DisablingReason): Promise<WebhookEndpoint> {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (endpoint.status === 'disabled') return endpoint;
    const now = this.clock.now();
    const disabled = {
      status: 'disabled',
      disabledBecause: because,
      disabledAt: now,
      replayedNumber: null,
      replayThroughNumber: null,
      updatedAt: now,
    } as const;
    await tx.update(WebhookEndpoint, { id: endpointId }, disabled);
    await cancelWaiting(tx, endpointId, now);
    Object.assign(endpoint, disabled);
    await this.recordDomainEvent.run(tx, disabledEvent(endpoint));
    // What stands behind the host may be a secret of the app's.
    this.log.warn(`the webhook endpoint ${endpointId} at ${hostOf(endpoint)} is disabled ${IN_WORDS[because]}`);
    return endpoint;
  }
}

function hostOf({ url }: WebhookEndpoint): string {
  return URL.parse(url)?.host ?? 'no address';
}
