import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { ordersPaidWith } from '../orders/payments-of.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { lockPayment, ParkedFacts } from './parked-facts.store.js';

/**
 * Settles what was fetched of a payment with its order, or parks it when no order is known to be paid by it yet: then
 * it is settled together with the grant. Locks the payment, the account, then the order.
 */
@Injectable()
export class SettleOrPark {
  constructor(
    private readonly parked: ParkedFacts,
    private readonly settleReturns: SettleReturns,
  ) {}

  async run(tx: Tx, stripePaymentIntentId: string, returns: Partial<StripeReturns>): Promise<void> {
    await lockPayment(tx, stripePaymentIntentId);
    const [order] = await ordersPaidWith(tx, [stripePaymentIntentId]);
    if (order === undefined) return this.parked.park(tx, stripePaymentIntentId, returns);
    await this.settleReturns.run(tx, { ...order, ...returns });
  }
}
