import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import type { StripeCheckout } from '../stripe/stripe-objects.js';
import { lockOrder } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';
import { isPageOf } from './own-page.js';

/**
 * Notes what became of a payment that is not there yet, or will never be. Moves no credits. A page that is not the
 * order's own says nothing of it while nothing was paid there. Locks the order.
 */
@Injectable()
export class NotePayment {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, checkout: StripeCheckout): Promise<void> {
    invariant(checkout.state !== 'paid', `order ${orderId} is fulfilled where it was paid`);
    const order = await lockOrder(tx, orderId);
    if (!isPageOf(order, checkout)) return;
    const status = statusAfterPayment(order.status, checkout.state);
    if (status === order.status) return;
    await tx.query('update orders set status = $2, updated_at = $3 where id = $1', [orderId, status, this.clock.now()]);
  }
}
