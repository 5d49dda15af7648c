import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { abandonOrder } from './abandon-order.js';
import { lockOrder } from './order.js';

/**
 * Notes that Stripe gave no way to pay for an order. A refusal ends the order and frees its key; where Stripe gave no
 * answer the order waits for the same request to come again. Locks the order.
 */
@Injectable()
export class NoteNoAnswer {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, error: unknown): Promise<void> {
    const order = await lockOrder(tx, orderId);
    if (order.checkoutUrl !== null || order.stripePaymentIntentId !== null) return;
    if (error instanceof StripeRefused) return abandonOrder(tx, order, this.clock.now());
    await tx.query('update orders set unanswered_at = $2 where id = $1', [orderId, this.clock.now()]);
  }
}
