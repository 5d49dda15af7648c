import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { REFUND_COLUMNS, type Refund, type RefundRow, toRefund } from './refund.js';
import { RefundNotFound } from './refunds.problems.js';

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

  /** Refunds newest first, by their sortable ids; of one order, or of all. */
  async list<T>(page: PageQuery & { orderId?: string }, map: (refund: Refund) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^rfd_[0-9a-z]{26}$/);
    const rows = await this.database.query<RefundRow>(
      `select ${REFUND_COLUMNS}
       from refunds
       where ($1::text is null or order_id = $1)
         and ($2::text is null or id < $2)
       order by id desc
       limit $3`,
      [page.orderId ?? null, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toRefund), page.limit, (refund) => refund.id, map);
  }
}
