import { Database } from '../../database/database.js';
import { entryAnswer } from '../api/answers.js';
import type { EntryAnswer } from '../api/entries.dto.js';
import type { ReceiptAnswer } from '../api/receipts.dto.js';
import { receiptsOf } from '../api/receipts.js';
import { type EntryRow, firstEntries, toEntry } from '../book/entry-rows.js';
import { SPEND_COLUMNS, type SpendRow, toSpend } from '../book/rows.js';
import type { SqlRunner } from '../sql-runner.js';

const ENTRIES_A_READ = 1_000;
const SPENDS_A_READ = 250;
/** By account, and on each account oldest first: what is written meanwhile never moves what was read. */
const ORDER = 'account_id, seq';
/** What comes behind the key of the last row before, of a span of time. */
const NEXT = '(account_id, seq) > ($1, $2::bigint) and recorded_at >= $3 and recorded_at < $4';

/** What was recorded from one moment until before another. */
export interface RecordedSpan {
  readonly from: Date;
  readonly to: Date;
}

/** An entry with the account that it is of. */
export interface OwnedEntryAnswer extends EntryAnswer {
  accountId: string;
}

/**
 * Everything of all accounts, a piece at a time, so that memory stays flat however much there is. No transaction stays
 * open between the pieces: whoever reads slowly keeps nobody from cleaning up. Entries never change, so the pieces
 * agree.
 */
export class LedgerWalks {
  constructor(private readonly database: Database) {}

  /** Entries by account and number. */
  async *entries({ from, to }: RecordedSpan): AsyncGenerator<OwnedEntryAnswer[]> {
    const sql = firstEntries(NEXT, { order: ORDER, limit: '$5' });
    for (let [accountId, seq] = ['', '0']; ; ) {
      const rows = await this.database.query<EntryRow>(sql, [accountId, seq, from, to, ENTRIES_A_READ]);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(toEntry).map((entry) => ({ accountId: entry.accountId, ...entryAnswer(entry) }));
      [accountId, seq] = [last.account_id, last.seq];
    }
  }

  /** The receipts of spends by account and number, each as it is when it is read. */
  async *spends({ from, to }: RecordedSpan): AsyncGenerator<ReceiptAnswer[]> {
    for (let [accountId, seq] = ['', '0']; ; ) {
      const next = [accountId, seq, from, to, SPENDS_A_READ];
      const { last, receipts } = await this.database.snapshot((tx) => receiptsBehind(tx, next));
      if (last === undefined) return;
      yield receipts;
      [accountId, seq] = [last.account_id, last.seq];
    }
  }
}

async function receiptsBehind(
  tx: SqlRunner,
  next: unknown[],
): Promise<{ last: SpendRow | undefined; receipts: ReceiptAnswer[] }> {
  const rows: SpendRow[] = await tx.query(FIRST_SPENDS, next);
  const spends = rows.map((row) => ({ accountId: row.account_id, spend: toSpend(row) }));
  return { last: rows.at(-1), receipts: await receiptsOf(tx, spends) };
}

/**
 * Each form is cut off by itself, as those of entries. Spends in rows of their own have no index by number: they are
 * found by their entries.
 */
const FIRST_SPENDS = `
  (select ${SPEND_COLUMNS}
   from spends_of_rows
   where ${NEXT}
   order by ${ORDER}
   limit $5)
  union all
  (select ${SPEND_COLUMNS}
   from (
     select s.*
     from (
       select account_id, seq, source_id
       from entries_v1
       where ${NEXT} and kind = 'spend'
       order by ${ORDER}
       limit $5) e
     join spends_v1 s on s.account_id = e.account_id and s.id = e.source_id) of_entries)
  order by ${ORDER}
  limit $5`;
