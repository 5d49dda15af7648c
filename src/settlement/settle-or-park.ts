import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { Order } from '../orders/order.js';
import { PAID_WITH } from '../orders/payments-of.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { lockPayment, ParkedFacts } from './parked-facts.js';

/**
 * Settles what was fetched of a payment that is ours with its order, or parks it when no order is known to be paid by
 * it yet: then it is settled together with the grant. Locks the payment, the account, then the order.
 */
@Injectable()
export class SettleOrPark {
  constructor(
    private readonly parked: ParkedFacts,
    private readonly settleReturns: SettleReturns,
  ) {}

  async run(tx: Tx, stripePaymentIntentId: string, returns: Partial<StripeReturns>): Promise<void> {
    await lockPayment(tx, stripePaymentIntentId);
    const order = await findOrder(tx, stripePaymentIntentId);
    if (order === undefined) return this.parked.park(tx, stripePaymentIntentId, returns);
    await this.settleReturns.run(tx, {
      orderId: order.id,
      accountId: order.accountId,
      stripePaymentIntentId,
      ...returns,
    });
  }
}

async function findOrder(tx: Tx, stripePaymentIntentId: string): Promise<Pick<Order, 'id' | 'accountId'> | undefined> {
  const [row]: { id: string; account_id: string }[] = await tx.query(
    `select id, account_id from orders where id in (select order_id from (${PAID_WITH}) paid)`,
    [[stripePaymentIntentId]],
  );
  return row === undefined ? undefined : { id: row.id, accountId: row.account_id };
}
