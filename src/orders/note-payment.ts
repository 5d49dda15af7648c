import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import { isPaymentOf, type Payment } from './is-payment-of.js';
import type { Order } from './order.entity.js';
import { type OrderStatus, statusAfterPayment } from './order-lifecycle.js';
import { toOrderAnswer } from './orders.dto.js';
import { lockOrder, storePaymentNews } from './orders.store.js';

/** What is told of an order that is not paid, or not yet. */
const EVENTS: Partial<Record<OrderStatus, 'order.failed' | 'order.expired'>> = {
  failed: 'order.failed',
  canceled: 'order.failed',
  expired: 'order.expired',
};

/**
 * Notes what became of a payment that is not there yet, or will never be. Moves no credits. A page or payment that is
 * not the order's own says nothing of it while nothing was paid there. Of two answers about a payment in a form, which
 * can go back and forth, the one to the later question counts: every change makes an event, and so a question. Locks
 * the order.
 */
@Injectable()
export class NotePayment {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, orderId: string, payment: Payment): Promise<void> {
    invariant(payment.state !== 'paid', `order ${orderId} is fulfilled where it was paid`);
    const order = await lockOrder(tx, orderId);
    if (!isPaymentOf(order, payment) || isOutOfDate(order, payment)) return;
    const status = statusAfterPayment(order.status, payment.state);
    const isNews = status !== order.status;
    const news = { ...seen(payment), ...(isNews ? { status, updatedAt: this.clock.now() } : {}) };
    if (Object.keys(news).length > 0) await storePaymentNews(tx, order, news);
    const type = EVENTS[status];
    if (isNews && type !== undefined)
      await this.record.run(tx, { type, accountId: order.accountId, data: toOrderAnswer(Object.assign(order, news)) });
  }
}

/** A page goes forwards, and needs no such note. */
function seen(payment: Payment): Partial<Pick<Order, 'stripePaymentIntentId' | 'paymentSeenAt'>> {
  if (payment.stripeCheckoutSessionId !== null) return {};
  return { stripePaymentIntentId: payment.stripePaymentIntentId, paymentSeenAt: payment.askedAt };
}

function isOutOfDate({ paymentSeenAt }: Order, payment: Payment): boolean {
  return payment.stripeCheckoutSessionId === null && paymentSeenAt !== null && payment.askedAt < paymentSeenAt;
}
