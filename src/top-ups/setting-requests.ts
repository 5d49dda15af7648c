import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PaymentMethods } from '../customers/payment-methods/payment-methods.js';
import { Database, type Tx } from '../database/database.js';
import { fingerprintOf } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import { type AutoTopUpAnswer, type PutAutoTopUpBody, toAutoTopUpAnswer } from './auto-top-up.dto.js';
import { PutAutoTopUp } from './put-auto-top-up.js';
import { PaymentMethodMissing } from './top-ups.problems.js';
import { TopUpsQueries } from './top-ups.queries.js';

interface Asked {
  accountId: string;
  key: string | undefined;
}

/** Requests that change how an account is topped up, once per `Idempotency-Key`, each in one transaction. */
@Injectable()
export class SettingRequests {
  constructor(
    private readonly database: Database,
    private readonly writes: IdempotentWrites,
    private readonly methods: PaymentMethods,
    private readonly settings: PutAutoTopUp,
    private readonly topUps: TopUpsQueries,
  ) {}

  /** Nothing is switched on that could not be charged. */
  async put(asked: Asked, body: PutAutoTopUpBody, reply: FastifyReply): Promise<AutoTopUpAnswer> {
    const { accountId } = asked;
    const method = body.enabled ? await this.methods.findDefault(accountId) : undefined;
    return this.write({ ...asked, verb: 'PUT', body }, reply, async (tx) => {
      await this.settings.run(tx, { accountId, ...body });
      if (body.enabled && method === undefined) throw new PaymentMethodMissing({ accountId });
    });
  }

  resume(asked: Asked, reply: FastifyReply): Promise<AutoTopUpAnswer> {
    return this.write({ ...asked, verb: 'POST', path: '/resume' }, reply, (tx) =>
      this.settings.resume(tx, asked.accountId),
    );
  }

  switchOff(asked: Asked, reply: FastifyReply): Promise<AutoTopUpAnswer> {
    return this.write({ ...asked, verb: 'DELETE' }, reply, (tx) => this.settings.switchOff(tx, asked.accountId));
  }

  private async write(
    { accountId, key, verb, path = '', body = {} }: Asked & { verb: string; path?: string; body?: object },
    reply: FastifyReply,
    work: (tx: Tx) => Promise<void>,
  ): Promise<AutoTopUpAnswer> {
    await this.topUps.requireAccount(accountId);
    const fingerprint = fingerprintOf(`${verb} /v1/accounts/${accountId}/auto-top-up${path}`, body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId, key, fingerprint }, async () => {
        await work(tx);
        return { status: 200, body: toAutoTopUpAnswer(await this.topUps.now(tx, accountId)) };
      }),
    );
    return sendAnswer(reply, answer);
  }
}
