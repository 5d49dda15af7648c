import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { lockOrder } from './order.js';
import { type PaymentChange, statusAfterPayment } from './order-lifecycle.js';

/** Notes what became of a payment that is not there yet, or will never be. Moves no credits. Locks the order. */
@Injectable()
export class NotePayment {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, change: Exclude<PaymentChange, 'paid'>): Promise<void> {
    const order = await lockOrder(tx, orderId);
    const status = statusAfterPayment(order.status, change);
    if (status === order.status) return;
    await tx.query('update orders set status = $2, updated_at = $3 where id = $1', [orderId, status, this.clock.now()]);
  }
}
