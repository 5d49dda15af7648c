import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { isPaymentOf, type Payment } from './is-payment-of.js';
import { lockOrder, type Order } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';

/**
 * Notes what became of a payment that is not there yet, or will never be. Moves no credits. A page or payment that is
 * not the order's own says nothing of it while nothing was paid there. Of two answers about a payment in a form, which
 * can go back and forth, the one to the later question counts: every change makes an event, and so a question. Locks
 * the order.
 */
@Injectable()
export class NotePayment {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, payment: Payment): Promise<void> {
    invariant(payment.state !== 'paid', `order ${orderId} is fulfilled where it was paid`);
    const order = await lockOrder(tx, orderId);
    if (!isPaymentOf(order, payment) || isOutOfDate(order, payment)) return;
    const status = statusAfterPayment(order.status, payment.state);
    if (payment.stripeCheckoutSessionId === null) await this.noteSeen(tx, order, payment);
    if (status === order.status) return;
    await tx.query('update orders set status = $2, updated_at = $3 where id = $1', [orderId, status, this.clock.now()]);
  }

  private async noteSeen(
    tx: Tx,
    { id }: Order,
    { stripePaymentIntentId, askedAt }: Extract<Payment, { stripeCheckoutSessionId: null }>,
  ): Promise<void> {
    await tx.query('update orders set payment_intent_id = $2, payment_seen_at = $3 where id = $1', [
      id,
      stripePaymentIntentId,
      askedAt,
    ]);
  }
}

function isOutOfDate({ paymentSeenAt }: Order, payment: Payment): boolean {
  return payment.stripeCheckoutSessionId === null && paymentSeenAt !== null && payment.askedAt < paymentSeenAt;
}
