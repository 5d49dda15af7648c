import { Injectable } from '@nestjs/common';
import type { Order } from '../checkout/order.js';
import type { Tx } from '../database/database.js';
import { SettleMoneyBack } from '../refunds/settle-money-back.js';
import type { StripeReturns } from '../stripe/stripe-objects.js';
import { lockPayment, ParkedFacts } from './parked-facts.js';

/**
 * Settles what was fetched of a payment that is ours with its order, or parks it when no order is known to be paid by it
 * yet: then it is settled together with the grant. Locks the payment, the account, then the order.
 */
@Injectable()
export class SettleReturns {
  constructor(
    private readonly parked: ParkedFacts,
    private readonly settleMoneyBack: SettleMoneyBack,
  ) {}

  async run(tx: Tx, stripePaymentIntentId: string, returns: Partial<StripeReturns>): Promise<void> {
    await lockPayment(tx, stripePaymentIntentId);
    const order = await findOrder(tx, stripePaymentIntentId);
    if (order === undefined) return this.parked.park(tx, stripePaymentIntentId, returns);
    await this.settleMoneyBack.run(tx, {
      orderId: order.id,
      accountId: order.accountId,
      stripePaymentIntentId: order.stripePaymentIntentId,
      ...returns,
    });
  }
}

interface PaidOrder extends Pick<Order, 'id' | 'accountId'> {
  /** What the order is known by: an invoice can be paid with several payments. */
  stripePaymentIntentId: string;
}

async function findOrder(tx: Tx, stripePaymentIntentId: string): Promise<PaidOrder | undefined> {
  const [row]: { id: string; account_id: string; payment_intent_id: string }[] = await tx.query(
    `select id, account_id, payment_intent_id
     from orders
     where payment_intent_id = $1
        or id = any(array(select order_id from invoice_payments where stripe_payment_intent_id = $1))`,
    [stripePaymentIntentId],
  );
  if (row === undefined) return undefined;
  return { id: row.id, accountId: row.account_id, stripePaymentIntentId: row.payment_intent_id };
}
