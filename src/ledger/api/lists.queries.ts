import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { cursorKeyOf, spanOf } from '../../http/input/page-query.js';
import { Clock } from '../../kernel/clock.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import type { Hold } from '../book/model.js';
import { toHold } from '../book/rows.js';
import { holdAnswer } from './answers.js';
import type { HoldAnswer, ListHoldsQuery } from './holds.dto.js';
import { newestHolds } from './newest-holds.js';
import { newestSpends } from './newest-spends.js';
import type { ReceiptAnswer } from './receipts.dto.js';
import { receiptsOf } from './receipts.js';
import type { ListSpendsQuery } from './spends.dto.js';

/** Lists over all accounts or one, newest first by their ids, which begin with the time. */
@Injectable()
export class LedgerLists {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The receipts of spends. */
  async spends(page: ListSpendsQuery): Promise<Page<ReceiptAnswer>> {
    const { accountId, limit } = page;
    const after = cursorKeyOf(page, /^spd_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    const asked = { accountId, ...spanOf(page), after, limit: limit + 1 };
    const now = this.clock.now();
    return pageOf(
      await this.database.snapshot(async (tx) => receiptsOf(tx, await newestSpends(tx, asked, now))),
      limit,
      ({ id }) => id,
      (receipt) => receipt,
    );
  }

  /** Holds. One that has passed its deadline is shown as expired, and found as that, swept or not. */
  async holds(page: ListHoldsQuery): Promise<Page<HoldAnswer>> {
    const now = this.clock.now();
    const { accountId, status, limit } = page;
    const after = cursorKeyOf(page, /^hld_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    const asked = { accountId, status, ...spanOf(page), after, limit: limit + 1 };
    const rows = await newestHolds(this.database, asked, now);
    const holds = rows.map((row) => ({ accountId: row.account_id, hold: asOf(toHold(row), now) }));
    return pageOf(
      holds,
      limit,
      ({ hold }) => hold.id,
      ({ accountId, hold }) => holdAnswer(accountId, hold),
    );
  }
}

/** A hold as it is at an instant. */
export function asOf(hold: Hold, now: Date): Hold {
  return hold.status === 'active' && hold.expiresAt <= now ? { ...hold, status: 'expired' } : hold;
}
