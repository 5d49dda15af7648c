import { Injectable } from '@nestjs/common';
import { fingerprintOf, keyDigest } from '../../idempotency/idempotency-key.js';
import { type IdempotentAnswer, IdempotentWrites } from '../../idempotency/idempotent-writes.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { type SubscriptionAnswer, toSubscriptionAnswer } from '../subscriptions.dto.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';

export interface KeyedRequest {
  accountId: string;
  verb: 'cancel' | 'resume' | 'change';
  body: object;
  key: string | undefined;
}

/**
 * Requests that change a subscription at Stripe, once per `Idempotency-Key`. Two at once with one key take turns as any
 * others do: the second finds the work done.
 */
@Injectable()
export class KeyedRequests {
  constructor(
    private readonly writes: IdempotentWrites,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly clock: Clock,
  ) {}

  /** What `work` returns is added to the response. */
  async run<More extends object>(
    { accountId, verb, body, key }: KeyedRequest,
    // biome-ignore lint/suspicious/noConfusingVoidType: most work has nothing to add
    work: (requestName: string) => Promise<More | void>,
  ): Promise<IdempotentAnswer<SubscriptionAnswer & More>> {
    const fingerprint = fingerprintOf(`POST /v1/accounts/${accountId}/subscription/${verb}`, body);
    const request = { accountId, key, fingerprint };
    return this.writes.runWithCalls(request, async () => {
      const more = await work(
        key === undefined ? newId('req', this.clock.now()) : keyDigest(accountId, key).toString('hex'),
      );
      const subscription = await this.subscriptions.requireOf(accountId);
      return { status: 200, body: { ...toSubscriptionAnswer(subscription, this.clock.now()), ...(more as More) } };
    });
  }
}
