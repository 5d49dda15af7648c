import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { toOrderAnswer } from '../orders/orders.dto.js';
import { lockOrder, noteNoAnswer, type StoredCheckout, storeCheckout, storeIntent } from '../orders/orders.store.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { StripeCheckout, StripeIntent } from '../stripe/objects/sale-objects.js';

/** Notes how an order can be paid, once, and tells that its checkout has started. Locks the order. */
@Injectable()
export class NoteWayToPay {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  /** On a page of Stripe's. */
  async page(tx: Tx, orderId: string, checkout: StripeCheckout): Promise<StoredCheckout> {
    const stored = await storeCheckout(tx, orderId, checkout, this.clock.now());
    if (stored.isNew) await this.tell(tx, orderId);
    return stored;
  }

  /** In a form of the app's own. Returns whether that is news. */
  async form(tx: Tx, orderId: string, intent: StripeIntent): Promise<boolean> {
    const isNew = await storeIntent(tx, orderId, intent, this.clock.now());
    if (isNew) await this.tell(tx, orderId);
    return isNew;
  }

  /** Not at all, since Stripe has refused it or gave no answer. */
  none(tx: Tx, orderId: string, error: unknown): Promise<void> {
    return noteNoAnswer(tx, orderId, error, this.clock.now());
  }

  private async tell(tx: Tx, orderId: string): Promise<void> {
    const order = await lockOrder(tx, orderId);
    const { accountId } = order;
    await this.record.run(tx, { type: 'checkout.started', accountId, data: toOrderAnswer(order), cause: orderId });
  }
}
