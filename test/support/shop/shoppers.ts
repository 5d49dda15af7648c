import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TEST_KEY } from '../service/scrip.js';
import { fillIn } from './pay-page.js';

const POLL_MS = 20;

/**
 * One buyer's way: a checkout, a payment, and for every other one a refund of half. Each step is sent until it is
 * answered.
 */
export interface Purchase {
  readonly key: string;
  readonly accountId: string;
  readonly isReturned: boolean;
  orderId?: string;
  url?: string;
  isPaid: boolean;
  isRefundAccepted: boolean;
}

/**
 * People who buy without a pause, until the service is cut off. They remember how far each purchase came, and go on
 * from there when it is back: with the same keys, and on the same payment page.
 */
export class Shoppers {
  readonly purchases: Purchase[] = [];
  private clients: Promise<void>[] = [];

  constructor(
    private readonly url: string,
    private readonly accountIds: readonly string[],
  ) {}

  start(): void {
    this.clients = this.accountIds.map((accountId) => this.buyUntilCutOff(accountId));
  }

  async untilCutOff(): Promise<void> {
    await Promise.all(this.clients);
  }

  /** Takes every purchase to its end. */
  async finish(): Promise<void> {
    await Promise.all(this.purchases.map((purchase) => this.finishOne(purchase)));
  }

  private async buyUntilCutOff(accountId: string): Promise<void> {
    for (;;) {
      const isReturned = this.purchases.length % 2 === 1;
      const purchase = { key: randomUUID(), accountId, isReturned, isPaid: false, isRefundAccepted: false };
      this.purchases.push(purchase);
      try {
        await this.finishOne(purchase);
      } catch {
        return;
      }
    }
  }

  /** Throws when the service is not there, with the purchase as far as its answers were heard. */
  private async finishOne(purchase: Purchase): Promise<void> {
    const { key, accountId } = purchase;
    if (purchase.url === undefined) {
      const made = await this.post('/v1/checkout-sessions', { accountId, product: 'basic' }, `buy-${key}`);
      purchase.orderId = made.orderId;
      purchase.url = made.url;
    }
    if (!purchase.isPaid) {
      const answer = await fillIn(purchase.url ?? '');
      // A page that was paid already leads on and charges nothing.
      if (answer.status !== 303) throw new Error(`the payment page answers ${answer.status}`);
      purchase.isPaid = true;
    }
    await this.until(purchase, ['fulfilled', 'partially_refunded']);
    if (!purchase.isReturned) return;
    if (!purchase.isRefundAccepted) {
      await this.post('/v1/refunds', { orderId: purchase.orderId, amountMinor: 500 }, `return-${key}`);
      purchase.isRefundAccepted = true;
    }
    await this.until(purchase, ['partially_refunded']);
  }

  private async until(purchase: Purchase, statuses: readonly string[]): Promise<void> {
    while (!statuses.includes((await this.get(`/v1/orders/${purchase.orderId}`)).status)) await pause(POLL_MS);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  async get(path: string): Promise<any> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${TEST_KEY}` } });
    return response.json();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  private async post(path: string, body: object, idempotencyKey: string): Promise<any> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TEST_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.status !== 201) throw new Error(`${path} answers ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
