import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
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
 * Requests that change a subscription at Stripe, once per `Idempotency-Key`: the response is looked for before Stripe
 * is asked and stored after it. Two at once with one key both ask, under one name, and both get the response that was
 * stored first.
 */
@Injectable()
export class KeyedRequests {
  constructor(
    private readonly database: Database,
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
    const known = await this.database.transaction((tx) => this.writes.find<SubscriptionAnswer & More>(tx, request));
    if (known !== undefined) return known;
    const more = await work(
      key === undefined ? newId('req', this.clock.now()) : keyDigest(accountId, key).toString('hex'),
    );
    const subscription = await this.subscriptions.requireOf(accountId);
    const answer = { ...toSubscriptionAnswer(subscription, this.clock.now()), ...(more as More) };
    return this.database.transaction((tx) => this.writes.run(tx, request, async () => ({ status: 200, body: answer })));
  }
}
