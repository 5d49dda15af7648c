import { Injectable } from '@nestjs/common';
import { OrdersQueries } from '../orders/orders.queries.js';
import { SettleParkedPayments } from '../settlement/settle-parked-payments.js';

/** Credits what was paid on these pages while no account was known for it. */
@Injectable()
export class CreditParked {
  constructor(
    private readonly settleParked: SettleParkedPayments,
    private readonly orders: OrdersQueries,
  ) {}

  /** Returns the orders that were made of it. @throws StripeUnavailable, StripeRefused */
  async run(stripeCheckoutSessionIds: readonly string[]): Promise<string[]> {
    for (const session of stripeCheckoutSessionIds) await this.settleParked.settle(session);
    return this.orders.idsOfCheckouts(stripeCheckoutSessionIds);
  }
}
