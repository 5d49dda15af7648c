import { addSeconds } from '../../kernel/clock.js';
import { type Credits, credits, subtractCredits, sumCredits, toJsonInteger } from '../../kernel/credits.js';
import { firstIdAt } from '../../kernel/ids.js';
import type { BalanceAnswer } from '../api/entries.dto.js';
import type { Book } from '../book/book.js';
import { MAX_HOLD_LIFE_SECONDS } from '../decisions/holds.js';
import type { SqlRunner } from '../sql-runner.js';

/**
 * What an account had at a past instant: the balance after the last entry recorded by then, less what had lapsed by
 * then and plus what had come due by then, though it was written down later or not at all yet. `book` is the account
 * as it is now, brought up to date. Does not read the history, only points of it. Which grants were about to expire
 * then is not kept, so `expiring` is empty.
 */
export async function balanceAt(db: SqlRunner, book: Book, at: Date): Promise<BalanceAnswer> {
  const { accountId } = book;
  const recorded = await balanceRecordedBy(db, accountId, at);
  const writtenLater = await writtenAfter(db, accountId, at);
  const unwritten = book.newEntries.filter((entry) => entry.effectiveAt <= at).map((entry) => entry.amount);
  const balance = sumCredits([recorded, writtenLater, ...unwritten]);
  const held = await heldAt(db, accountId, at);
  return {
    accountId,
    balance: toJsonInteger(balance),
    held: toJsonInteger(held),
    available: toJsonInteger(subtractCredits(balance, held)),
    expiring: [],
    asOf: at.toISOString(),
  };
}

async function balanceRecordedBy(db: SqlRunner, accountId: string, at: Date): Promise<Credits> {
  const [row] = await db.query('select balance_after from entries where account_id = $1 and seq = $2', [
    accountId,
    await lastSeqBy(db, accountId, at),
  ]);
  return credits(row?.balance_after ?? 0);
}

/**
 * The number of the last entry recorded by an instant, 0 when there is none. Entries are recorded in the order of their
 * numbers, so it is found by halving: some twenty look-ups by key in ten million entries.
 */
export async function lastSeqBy(db: SqlRunner, accountId: string, at: Date): Promise<bigint> {
  const [row] = await db.query(
    `with recursive search (low, high) as (
       select 0::bigint, seq from balances where account_id = $1
       union all
       select case when e.recorded_at <= $2 then s.middle else s.low end,
         case when e.recorded_at <= $2 then s.high else s.middle - 1 end
       from (select low, high, (low + high + 1) / 2 as middle from search where low < high) s
       join entries e on e.account_id = $1 and e.seq = s.middle)
     select low from search where low = high`,
    [accountId, at],
  );
  return BigInt(row?.low ?? 0);
}

async function writtenAfter(db: SqlRunner, accountId: string, at: Date): Promise<Credits> {
  const [row] = await db.query(
    `select coalesce(sum(amount), 0) as total
     from (
       select amount from entry_rows
       where account_id = $1 and recorded_at > $2 and effective_at <= $2 and kind in ('e', 'g')
         and effective_at < recorded_at
       union all
       select amount from entries_v1
       where account_id = $1 and recorded_at > $2 and effective_at <= $2 and kind in ('expiry', 'grant')
         and effective_at < recorded_at) written`,
    [accountId, at],
  );
  return credits(row.total);
}

/**
 * What the holds that lived then still held. Ids sort by time and no hold outlives its longest life. A capture that has
 * an `answer_form` has ended its hold: it was not there while the hold lived.
 */
async function heldAt(db: SqlRunner, accountId: string, at: Date): Promise<Credits> {
  const [row] = await db.query(
    `select coalesce(sum(greatest(h.amount - coalesce(c.captured, 0), 0)), 0) as held
     from holds h
     left join lateral (
       select sum(amount) as captured
       from (
         select -amount as amount from entry_rows
         where account_id = h.account_id and hold_id = h.id and recorded_at <= $2 and kind = 's'
           and answer_form is null
         union all
         select amount from spends_v1
         where account_id = h.account_id and hold_id = h.id and recorded_at <= $2) s) c on true
     where h.account_id = $1 and h.id >= $3 and h.id < $4 and h.created_at <= $2
       and coalesce(h.ended_at, h.expires_at) > $2`,
    [accountId, at, firstIdAt('hld', addSeconds(at, -MAX_HOLD_LIFE_SECONDS)), firstIdAt('hld', addSeconds(at, 1))],
  );
  return credits(row.held);
}
