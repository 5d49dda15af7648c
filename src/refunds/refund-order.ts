import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import { lockOrder } from '../orders/orders.store.js';
import type { Refund } from '../returns/refund.entity.js';
import { type AnsweredRefund, keepAnswer, lockRefundsOf } from '../returns/refunds.store.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { decideRefundAmount } from './refundable.js';
import { RequestRefund, type RequestRefundCommand } from './request-refund.js';
import { SendRefund } from './send-refund.js';

export type RefundOrderCommand = Omit<RequestRefundCommand, 'order'> & { orderId: string };

/**
 * A refund from beginning to end: recorded and committed, asked of Stripe between the transactions, settled. Cut off at
 * any point, the same idempotency key continues it, and so does a job. Must not be called in a transaction.
 * @throws OrderNotFound, OrderNotRefundable, OrderOfOtherMode, RefundExceedsPayment, NothingUnused,
 * IdempotencyKeyReused, StripeUnavailable, StripeRefused, RefundKept
 */
@Injectable()
export class RefundOrder {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersQueries,
    private readonly requestRefund: RequestRefund,
    private readonly sendRefund: SendRefund,
  ) {}

  async run({ orderId, ...command }: RefundOrderCommand): Promise<AnsweredRefund> {
    const order = await this.orders.require(orderId);
    const { refund, isNew } = await this.database.transaction((tx) =>
      this.requestRefund.run(tx, { ...command, order }),
    );
    try {
      await this.sendRefund.run(refund, { isNew });
    } catch (error) {
      if (error instanceof StripeRefused) await this.assertStillRefundable(refund);
      throw error;
    }
    return this.database.transaction((tx) => keepAnswer(tx, refund.id));
  }

  /** What Stripe refused may simply be more than is left, now that all is known that went back. */
  private async assertStillRefundable({ id, orderId, amountMinor }: Refund): Promise<void> {
    await this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      const others = (await lockRefundsOf(tx, orderId)).filter((refund) => refund.id !== id);
      decideRefundAmount(order, others, amountMinor);
    });
  }
}
