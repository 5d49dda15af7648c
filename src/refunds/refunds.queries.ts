import { Injectable } from '@nestjs/common';
import { joined } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { REFUND_COLUMNS, type Refund, type RefundRow, toRefund } from '../returns/refund.js';
import type { RefundStatus } from '../returns/refund-lifecycle.js';
import { RefundNotFound } from './refunds.problems.js';

export interface RefundFilter {
  orderId?: string;
  accountId?: string;
  status?: RefundStatus;
  stripeRefundId?: string;
}

@Injectable()
export class RefundsQueries {
  constructor(private readonly database: Database) {}

  async find(refundId: string): Promise<Refund | undefined> {
    const [row] = await this.database.query<RefundRow>(`select ${REFUND_COLUMNS} from refunds where id = $1`, [
      refundId,
    ]);
    return row === undefined ? undefined : toRefund(row);
  }

  /** @throws RefundNotFound */
  async require(refundId: string): Promise<Refund> {
    const refund = await this.find(refundId);
    if (refund === undefined) throw new RefundNotFound({ refundId });
    return refund;
  }

  /** Refunds newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & RefundFilter, map: (refund: Refund) => T): Promise<Page<T>> {
    const { from, to } = spanOf(page);
    const { sql, values } = joined([
      ['order_id = $$', page.orderId],
      ['account_id = $$', page.accountId],
      ['status = $$', page.status],
      ['stripe_refund_id = $$', page.stripeRefundId],
      ['created_at >= $$', from],
      ['created_at < $$', to],
      ['id < $$', cursorKeyOf(page, /^rfd_[0-9a-z]{26}$/)],
    ]);
    const rows = await this.database.query<RefundRow>(
      `select ${REFUND_COLUMNS} from refunds where ${sql} order by id desc limit ${page.limit + 1}`,
      values,
    );
    return pageOf(rows.map(toRefund), page.limit, (refund) => refund.id, map);
  }
}
