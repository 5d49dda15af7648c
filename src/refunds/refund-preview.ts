import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { type Credits, subtractCredits, sumCredits } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import { readBook } from '../ledger/book/read-books.js';
import { bringUpToDate } from '../ledger/decisions/bring-up-to-date.js';
import { OrderNotFound } from '../orders/orders.problems.js';
import { findOrder } from '../orders/orders.queries.js';
import { readRefundsOf } from '../returns/refunds.store.js';
import { assertRefundable } from './refundable.js';
import { offerRefund, type RefundOffer, unusedOf } from './unused.js';

/** What a refund of an order would come to, and what of it can no longer come back by being unused. */
export interface PreviewedRefund extends RefundOffer {
  /** Credits of the purchase that have lapsed unspent. */
  lapsedCredits: Credits;
}

/** What a refund of an order would come to at this moment. */
@Injectable()
export class RefundPreview {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Reads one snapshot, without locks. @throws OrderNotFound, OrderNotRefundable */
  of(orderId: string): Promise<PreviewedRefund> {
    return this.database.snapshot(async (tx) => {
      const order = await findOrder(tx, orderId);
      if (order === undefined) throw new OrderNotFound({ orderId });
      assertRefundable(order);
      const refunds = await readRefundsOf(tx, orderId);
      const { purchase, revivedCredits } = order;
      invariant(purchase !== null, `order ${orderId} was paid`);
      const book = await readBook(tx, order.accountId, this.clock.now(), { purchases: [purchase] });
      invariant(book !== undefined, `order ${orderId} was paid by an account`);
      bringUpToDate(book);
      const lapsed = sumCredits(book.grantsOf(purchase).map((grant) => grant.lapsed));
      return {
        ...offerRefund(order, refunds, unusedOf(book, purchase)),
        lapsedCredits: subtractCredits(lapsed, revivedCredits),
      };
    });
  }
}
