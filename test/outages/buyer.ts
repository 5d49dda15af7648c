import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TEST_KEY } from '../support/service/scrip.js';
import { payAt } from '../support/shop/shop.js';

const AGAIN_AFTER_MS = 50;

/** Somebody who buys, and tries each step again, with the same key, until it is done. */
export class Buyer {
  readonly accountId = `buyer-${randomUUID()}`;
  /** Answers of the service that a client should never see. */
  readonly strange: string[] = [];
  private readonly key = randomUUID();

  constructor(private readonly url: string) {}

  /** Resolves with the balance once the purchase is credited. */
  async buy(): Promise<number> {
    await this.until('PUT', `/v1/accounts/${this.accountId}`, {});
    const { url } = await this.until('POST', '/v1/checkout-sessions', { accountId: this.accountId, product: 'basic' });
    while (!(await isPaid(url))) await pause(AGAIN_AFTER_MS);
    for (;;) {
      const { balance } = await this.until('GET', `/v1/accounts/${this.accountId}/balance`);
      if (balance > 0) return balance;
      await pause(AGAIN_AFTER_MS);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  private async until(method: string, path: string, body?: object): Promise<any> {
    for (;;) {
      const answer = await this.ask(method, path, body).catch(() => undefined);
      if (answer?.ok) return answer.json();
      if (answer !== undefined && answer.status !== 503) {
        this.strange.push(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        throw new Error(this.strange.at(-1));
      }
      await pause(AGAIN_AFTER_MS);
    }
  }

  private ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TEST_KEY}`,
        'idempotency-key': `${method}-${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}

/** The page of the sandbox, whose Postgres is away as well, may answer anything meanwhile. */
async function isPaid(url: string): Promise<boolean> {
  return payAt(url).then(
    ({ status }) => status === 303,
    () => false,
  );
}
