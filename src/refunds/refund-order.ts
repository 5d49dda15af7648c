import { Injectable } from '@nestjs/common';
import { OrdersQueries } from '../checkout/orders.queries.js';
import { Database } from '../database/database.js';
import { AskForRefund } from './ask-for-refund.js';
import { NoteAnswer, type NotedAnswer } from './note-answer.js';
import { RequestRefund, type RequestRefundCommand } from './request-refund.js';

export type RefundOrderCommand = Omit<RequestRefundCommand, 'order'> & { orderId: string };

/**
 * A refund from beginning to end: recorded and committed, asked of Stripe between the transactions, settled. Cut off at
 * any point, the same idempotency key continues it, and so does a job. Must not be called in a transaction.
 * @throws OrderNotFound, OrderNotRefundable, RefundExceedsPayment, IdempotencyKeyReused, StripeUnavailable, StripeRefused
 */
@Injectable()
export class RefundOrder {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersQueries,
    private readonly requestRefund: RequestRefund,
    private readonly askForRefund: AskForRefund,
    private readonly noteAnswer: NoteAnswer,
  ) {}

  async run({ orderId, ...command }: RefundOrderCommand): Promise<NotedAnswer> {
    const order = await this.orders.require(orderId);
    const { refund, isNew } = await this.database.transaction((tx) => this.requestRefund.run(tx, { ...command, order }));
    await this.askForRefund.run(refund, { isNew });
    return this.database.transaction((tx) => this.noteAnswer.run(tx, refund.id));
  }
}
