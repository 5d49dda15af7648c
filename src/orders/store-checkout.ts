import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import type { StripeCheckout } from '../stripe/objects/sale-objects.js';
import { lockOrder, type Order } from './order.js';

export interface StoredCheckout {
  order: Order;
  /** Whether it was stored now; another process may have been quicker. */
  isNew: boolean;
}

/** Notes where the order is paid. Locks the order. */
@Injectable()
export class StoreCheckout {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, orderId: string, checkout: StripeCheckout): Promise<StoredCheckout> {
    const order = await lockOrder(tx, orderId);
    if (order.checkoutUrl !== null) return { order, isNew: false };
    invariant(checkout.url !== null, 'a checkout session that was just opened has an address');
    const stored = {
      stripeCheckoutSessionId: checkout.stripeCheckoutSessionId,
      checkoutUrl: checkout.url,
      checkoutExpiresAt: checkout.expiresAt,
      unansweredAt: null,
    };
    await tx.query(
      `update orders
       set checkout_session_id = $2,
           checkout_url = $3,
           checkout_expires_at = $4,
           unanswered_at = null,
           updated_at = $5
       where id = $1`,
      [orderId, stored.stripeCheckoutSessionId, stored.checkoutUrl, stored.checkoutExpiresAt, this.clock.now()],
    );
    return { order: { ...order, ...stored }, isNew: true };
  }
}
