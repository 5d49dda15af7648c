import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { DISPUTE_COLUMNS, type Dispute, type DisputeRow, toDispute } from './dispute.js';
import type { DisputeStatus } from './dispute-lifecycle.js';
import { DisputeNotFound } from './disputes.problems.js';

export interface DisputeFilter {
  accountId?: string;
  orderId?: string;
  status?: DisputeStatus;
}

@Injectable()
export class DisputesQueries {
  constructor(private readonly database: Database) {}

  /** @throws DisputeNotFound */
  async require(disputeId: string): Promise<Dispute> {
    const [row] = await this.database.query<DisputeRow>(`select ${DISPUTE_COLUMNS} from disputes where id = $1`, [
      disputeId,
    ]);
    if (row === undefined) throw new DisputeNotFound({ disputeId });
    return toDispute(row);
  }

  /** Disputes newest first, by their sortable ids. */
  async list<T>(page: PageQuery & DisputeFilter, map: (dispute: Dispute) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^dsp_[0-9a-z]{26}$/);
    const rows = await this.database.query<DisputeRow>(
      `select ${DISPUTE_COLUMNS}
       from disputes
       where ($1::text is null or account_id = $1)
         and ($2::text is null or order_id = $2)
         and ($3::text is null or status = $3)
         and ($4::text is null or id < $4)
       order by id desc
       limit $5`,
      [page.accountId ?? null, page.orderId ?? null, page.status ?? null, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toDispute), page.limit, (dispute) => dispute.id, map);
  }
}
