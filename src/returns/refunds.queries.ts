import { Injectable } from '@nestjs/common';
import { before, given, within } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { Refund } from './refund.entity.js';
import type { RefundStatus } from './refund-lifecycle.js';
import { RefundNotFound } from './returns.problems.js';

export interface RefundFilter {
  orderId?: string;
  accountId?: string;
  status?: RefundStatus;
  stripeRefundId?: string;
}

@Injectable()
export class RefundsQueries {
  constructor(private readonly database: Database) {}

  /** @throws RefundNotFound */
  async require(refundId: string): Promise<Refund> {
    const refund = await this.database.dataSource.manager.findOneBy(Refund, { id: refundId });
    if (refund === null) throw new RefundNotFound({ refundId });
    return refund;
  }

  /** Refunds newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & RefundFilter, map: (refund: Refund) => T): Promise<Page<T>> {
    const { orderId, accountId, status, stripeRefundId, limit } = page;
    const createdAt = within(spanOf(page));
    const id = before(cursorKeyOf(page, /^rfd_[0-9a-z]{26}$/));
    const refunds = await this.database.dataSource.manager.find(Refund, {
      where: given<Refund>({ orderId, accountId, status, stripeRefundId, createdAt, id }),
      order: { id: 'desc' },
      take: limit + 1,
    });
    return pageOf(refunds, limit, (refund) => refund.id, map);
  }
}
