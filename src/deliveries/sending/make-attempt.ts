import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { PostMessage } from '../addresses/post-message.js';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { NoteAttempt } from './note-attempt.js';
import { SignedMessages } from './signed-messages.js';
import { TEST_TYPE, WebhookDelivery } from './webhook-delivery.entity.js';

const NO_LONGER_KEPT = 'what it was about is no longer kept';

/** Sends a message, signed, once, and notes what became of it. */
@Injectable()
export class MakeAttempt {
  constructor(
    private readonly database: Database,
    private readonly messages: SignedMessages,
    private readonly postMessage: PostMessage,
    private readonly noteAttempt: NoteAttempt,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns whether anything was answered; undefined when nothing was sent. @throws when it was broken off by the
   * signal, and what the database throws: then it is to be made anew
   */
  async run(delivery: WebhookDelivery, breakOff: AbortSignal): Promise<boolean | undefined> {
    const { manager } = this.database.dataSource;
    const endpoint = await manager.findOneBy(WebhookEndpoint, { id: delivery.endpointId });
    if (endpoint === null) return undefined;
    if (endpoint.status === 'disabled' && delivery.type !== TEST_TYPE) return this.end(delivery, 'canceled', null);
    const message = await this.messages.make(delivery);
    if (message === undefined) return this.end(delivery, 'failed', NO_LONGER_KEPT);
    const result = await this.postMessage.run({ address: endpoint.url, ...message }, { breakOff });
    breakOff.throwIfAborted();
    await this.noteAttempt.run(delivery, result);
    return result.status !== null;
  }

  private async end({ id, attempts }: WebhookDelivery, status: 'canceled' | 'failed', failure: string | null) {
    const ended = { status, failure, nextAttemptAt: null, endedAt: this.clock.now() };
    await this.database.dataSource.manager.update(WebhookDelivery, { id, attempts, status: 'waiting' }, ended);
    return undefined;
  }
}
