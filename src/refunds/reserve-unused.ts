import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { Ledger } from '../ledger/ledger.js';
import type { Order } from '../orders/order.entity.js';
import { lockOrder } from '../orders/orders.store.js';
import type { Refund } from '../returns/refund.entity.js';
import { lockRefundsOf } from '../returns/refunds.store.js';
import { SettleReturns } from '../returns/settle-returns.js';
import { assertRefundable } from './refundable.js';
import { NothingUnused } from './refunds.problems.js';
import { offerRefund, unusedOf } from './unused.js';

/**
 * Takes the credits of a purchase that are unused, together with the refund that `record` makes of what they are worth:
 * nobody can spend them while Stripe is asked. Should the refund be refused or fail, they come back. Locks the
 * account's balance, then the order. @throws OrderNotRefundable, NothingUnused
 */
@Injectable()
export class ReserveUnused {
  constructor(
    private readonly ledger: Ledger,
    private readonly settleReturns: SettleReturns,
  ) {}

  async run(
    tx: Tx,
    { id: orderId, accountId }: Pick<Order, 'id' | 'accountId'>,
    record: (order: Order, amountMinor: bigint) => Promise<Refund>,
  ): Promise<Refund> {
    const book = await this.ledger.open(tx, accountId);
    const order = await lockOrder(tx, orderId);
    assertRefundable(order);
    const { purchase, stripePaymentIntentId } = order;
    invariant(purchase !== null && stripePaymentIntentId !== null, `order ${orderId} was paid with a payment intent`);
    const { unusedCredits, refundableMinor } = offerRefund(
      order,
      await lockRefundsOf(tx, orderId),
      unusedOf(book, purchase),
    );
    if (refundableMinor === 0n) throw new NothingUnused({ orderId, unusedCredits });
    const refund = await record(order, refundableMinor);
    await this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId });
    return refund;
  }
}
