import { Injectable } from '@nestjs/common';
import { type Condition, joined } from '../../database/conditions.js';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../../http/input/page-query.js';
import { addSeconds, Clock } from '../../kernel/clock.js';
import { firstIdAt } from '../../kernel/ids.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import type { Hold } from '../book/model.js';
import {
  ENTRY_COLUMNS,
  type EntryRow,
  HOLD_COLUMNS,
  type HoldRow,
  SPEND_COLUMNS,
  type SpendRow,
  toEntry,
  toHold,
  toSpend,
} from '../book/rows.js';
import { holdAnswer, receiptAnswer } from './answers.js';
import type { HoldAnswer, ListHoldsQuery } from './holds.dto.js';
import type { ListSpendsQuery, ReceiptAnswer } from './spends.dto.js';

/** How far the time in an id may be from the instant that was recorded: the clocks of two processes differ. */
const SKEW_SECONDS = 300;

/** Lists over all accounts or one, newest first by their ids, which begin with the time. */
@Injectable()
export class LedgerLists {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The receipts of spends. */
  async spends(page: ListSpendsQuery): Promise<Page<ReceiptAnswer>> {
    const { sql, values } = joined([
      ['account_id = $$', page.accountId],
      ...spanConditions('spd', 'recorded_at', page),
      ['id < $$', cursorKeyOf(page, /^spd_[0-9a-z]{26}$/)],
    ]);
    const rows = await this.database.query<SpendRow>(
      `select ${SPEND_COLUMNS} from spends where ${sql} order by id desc limit ${page.limit + 1}`,
      values,
    );
    const entries = await this.entriesOf(rows);
    const receipts = rows.flatMap((row) => {
      const entry = entries.get(`${row.account_id} ${row.seq}`);
      return entry === undefined ? [] : [receiptAnswer(row.account_id, toSpend(row), toEntry(entry))];
    });
    return pageOf(
      receipts,
      page.limit,
      ({ id }) => id,
      (receipt) => receipt,
    );
  }

  /** Holds. One that has passed its deadline is shown as expired, and found as that, swept or not. */
  async holds(page: ListHoldsQuery): Promise<Page<HoldAnswer>> {
    const now = this.clock.now();
    const { status } = page;
    const isStored = status === 'captured' || status === 'released';
    const { sql, values } = joined([
      ['account_id = $$', page.accountId],
      ['status = $$', isStored ? status : undefined],
      ["status = 'active' and expires_at > $$", status === 'active' ? now : undefined],
      ["(status = 'expired' or status = 'active' and expires_at <= $$)", status === 'expired' ? now : undefined],
      ...spanConditions('hld', 'created_at', page),
      ['id < $$', cursorKeyOf(page, /^hld_[0-9a-z]{26}$/)],
    ]);
    const rows = await this.database.query<HoldRow>(
      `select ${HOLD_COLUMNS} from holds where ${sql} order by id desc limit ${page.limit + 1}`,
      values,
    );
    const holds = rows.map((row) => ({ accountId: row.account_id, hold: asOf(toHold(row), now) }));
    return pageOf(
      holds,
      page.limit,
      ({ hold }) => hold.id,
      ({ accountId, hold }) => holdAnswer(accountId, hold),
    );
  }

  private async entriesOf(spends: readonly SpendRow[]): Promise<Map<string, EntryRow>> {
    const rows = await this.database.query<EntryRow>(
      `select ${ENTRY_COLUMNS} from entries
       where (account_id, seq) in (select * from unnest($1::text[], $2::bigint[]))`,
      [spends.map((spend) => spend.account_id), spends.map((spend) => spend.seq)],
    );
    return new Map(rows.map((row) => [`${row.account_id} ${row.seq}`, row]));
  }
}

/** A span of what was recorded, and the span of ids that it can be in, by which it is found. */
function spanConditions(prefix: 'spd' | 'hld', column: 'recorded_at' | 'created_at', page: SpanQuery): Condition[] {
  const { from, to } = spanOf(page);
  const idAt = (instant: Date | undefined, skewSeconds: number) =>
    instant === undefined ? undefined : firstIdAt(prefix, addSeconds(instant, skewSeconds));
  return [
    [`${column} >= $$`, from],
    [`${column} < $$`, to],
    ['id >= $$', idAt(from, -SKEW_SECONDS)],
    ['id < $$', idAt(to, SKEW_SECONDS)],
  ];
}

/** A hold as it is at an instant. */
export function asOf(hold: Hold, now: Date): Hold {
  return hold.status === 'active' && hold.expiresAt <= now ? { ...hold, status: 'expired' } : hold;
}
