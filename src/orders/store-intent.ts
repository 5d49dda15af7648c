import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import type { StripeIntent } from '../stripe/objects/sale-objects.js';
import { lockOrder } from './order.js';

/** Notes with which payment the order is paid; answers whether that is news. Locks the order. */
@Injectable()
export class StoreIntent {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, { stripePaymentIntentId }: StripeIntent): Promise<boolean> {
    const order = await lockOrder(tx, orderId);
    const { stripePaymentIntentId: known } = order;
    invariant(known === null || known === stripePaymentIntentId, `order ${orderId} is paid with one payment`);
    await tx.query(
      `update orders
       set payment_intent_id = $2,
           unanswered_at = null,
           updated_at = $3
       where id = $1`,
      [orderId, stripePaymentIntentId, this.clock.now()],
    );
    return known === null;
  }
}
