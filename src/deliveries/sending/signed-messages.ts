import { Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { toEventAnswer } from '../../outbox/events.dto.js';
import { EventsQueries } from '../../outbox/events.queries.js';
import { DomainEventNotFound } from '../../outbox/outbox.problems.js';
import { secretsOf } from '../endpoints/webhook-secrets.store.js';
import type { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookMessage } from './webhook-message.entity.js';

export interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes what is sent for a delivery, as Standard Webhooks says: the same body at every attempt, signed anew. */
@Injectable()
export class SignedMessages {
  constructor(
    private readonly database: Database,
    private readonly events: EventsQueries,
    private readonly clock: Clock,
  ) {}

  /** Undefined when what it is about is no longer kept. */
  async make({ endpointId, messageId }: WebhookDelivery): Promise<SignedMessage | undefined> {
    const message = messageId.startsWith('evt_') ? await this.eventOf(messageId) : await this.messageOf(messageId);
    if (message === undefined) return undefined;
    const body = JSON.stringify(message);
    return { headers: await this.signedHeaders(endpointId, messageId, body), body };
  }

  /**
   * With a signature by each secret that counts. The time is the machine's, whatever the service's clock says:
   * receivers compare it with their own.
   */
  private async signedHeaders(endpointId: string, messageId: string, body: string): Promise<Record<string, string>> {
    const sentAt = new Date();
    const secrets = await secretsOf(this.database.dataSource.manager, endpointId, this.clock.now());
    const signatures = secrets.map((secret) => new Webhook(secret.toString('base64')).sign(messageId, sentAt, body));
    return {
      'content-type': 'application/json',
      'user-agent': 'Scrip',
      'webhook-id': messageId,
      'webhook-timestamp': `${Math.floor(sentAt.getTime() / 1000)}`,
      'webhook-signature': signatures.join(' '),
    };
  }

  private async eventOf(eventId: string): Promise<object | undefined> {
    try {
      return toEventAnswer(await this.events.require(eventId));
    } catch (error) {
      if (error instanceof DomainEventNotFound) return undefined;
      throw error;
    }
  }

  /** It has no place in the feed, and so no `sequence`. */
  private async messageOf(id: string): Promise<object | undefined> {
    const message = await this.database.dataSource.manager.findOneBy(WebhookMessage, { id });
    if (message === null) return undefined;
    const { type, occurredAt, data } = message;
    return { id, type, timestamp: occurredAt.toISOString(), sequence: null, accountId: null, data };
  }
}
