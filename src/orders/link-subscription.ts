import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';

/**
 * Notes which subscription an order has begun. Grants nothing and opens nothing: that follows from the subscription
 * itself and from its paid invoices, however they are heard of.
 */
@Injectable()
export class LinkSubscription {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, stripeSubscriptionId: string): Promise<void> {
    await tx.query(
      `update orders
       set stripe_subscription_id = $2,
           updated_at = $3
       where id = $1
         and stripe_subscription_id is null`,
      [orderId, stripeSubscriptionId, this.clock.now()],
    );
  }
}
