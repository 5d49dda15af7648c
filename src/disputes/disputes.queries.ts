import { Injectable } from '@nestjs/common';
import { joined } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { DISPUTE_COLUMNS, type Dispute, type DisputeRow, toDispute } from '../returns/dispute.js';
import type { DisputeStatus } from '../returns/dispute-lifecycle.js';
import { DisputeNotFound } from './disputes.problems.js';

export interface DisputeFilter {
  accountId?: string;
  orderId?: string;
  status?: DisputeStatus;
  stripeDisputeId?: string;
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

  /** Disputes newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & DisputeFilter, map: (dispute: Dispute) => T): Promise<Page<T>> {
    const { from, to } = spanOf(page);
    const { sql, values } = joined([
      ['account_id = $$', page.accountId],
      ['order_id = $$', page.orderId],
      ['status = $$', page.status],
      ['stripe_dispute_id = $$', page.stripeDisputeId],
      ['opened_at >= $$', from],
      ['opened_at < $$', to],
      ['id < $$', cursorKeyOf(page, /^dsp_[0-9a-z]{26}$/)],
    ]);
    const rows = await this.database.query<DisputeRow>(
      `select ${DISPUTE_COLUMNS} from disputes where ${sql} order by id desc limit ${page.limit + 1}`,
      values,
    );
    return pageOf(rows.map(toDispute), page.limit, (dispute) => dispute.id, map);
  }
}
