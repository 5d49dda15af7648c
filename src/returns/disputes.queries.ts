import { Injectable } from '@nestjs/common';
import { before, given, within } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { Dispute } from './dispute.entity.js';
import type { DisputeStatus } from './dispute-lifecycle.js';
import { DisputeNotFound } from './returns.problems.js';

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
    const dispute = await this.database.dataSource.manager.findOneBy(Dispute, { id: disputeId });
    if (dispute === null) throw new DisputeNotFound({ disputeId });
    return dispute;
  }

  /** Disputes newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & DisputeFilter, map: (dispute: Dispute) => T): Promise<Page<T>> {
    const { accountId, orderId, status, stripeDisputeId, limit } = page;
    const openedAt = within(spanOf(page));
    const id = before(cursorKeyOf(page, /^dsp_[0-9a-z]{26}$/));
    const disputes = await this.database.dataSource.manager.find(Dispute, {
      where: given<Dispute>({ accountId, orderId, status, stripeDisputeId, openedAt, id }),
      order: { id: 'desc' },
      take: limit + 1,
    });
    return pageOf(disputes, limit, (dispute) => dispute.id, map);
  }
}
