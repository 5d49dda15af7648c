import type { Tx } from '../../database/database.js';
import { addDays } from '../../kernel/clock.js';
import { type Credits, credits, NO_CREDITS } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import { lastSeqBy } from '../statements/balance-at.js';
import type { Burn } from './run-out.js';

const DAY_MS = 86_400_000;

/** What the balance of account $1 would be at its entry $3 if nothing had been spent since entry $2. */
export const WITHOUT_SPENDS = `
  select sum(amount) as balance
  from (
    select balance_after as amount from entries where account_id = $1 and seq = $2
    union all
    select amount from entry_rows
    where account_id = $1 and seq > $2 and seq <= $3 and kind in ('g', 'e', 'v', 'f', 'd', 'i', 'a')
    union all
    select amount from entries_v1
    where account_id = $1 and seq > $2 and seq <= $3
      and kind in ('grant', 'expiry', 'void', 'refund_reversal', 'dispute_reversal', 'reinstatement', 'adjustment')
  ) others`;

/**
 * What was spent in the last so many days, less what was given back in them, and how long that took: a younger account
 * has burned it since its first entry, in a day at least. Reads the balance at both ends, and of the entries between
 * only those that are neither spends nor reversals of spends: by the rest the balance has changed.
 */
export async function burnOf(tx: Tx, book: Book, days: number): Promise<Burn> {
  const { accountId, now } = book;
  const before = await lastSeqBy(tx, accountId, addDays(now, -days));
  const burned = await burnedAfter(tx, book, before);
  const ageMs = now.getTime() - (await firstRecordedMs(tx, book));
  const ms = Math.max(DAY_MS, Math.min(days * DAY_MS, ageMs));
  return { credits: burned > 0n ? burned : NO_CREDITS, ms: BigInt(ms) };
}

async function burnedAfter(tx: Tx, { accountId, found }: Book, seq: bigint): Promise<Credits> {
  const [row] = await tx.query(WITHOUT_SPENDS, [accountId, seq, found.seq]);
  return credits(BigInt(row.balance ?? 0) - found.balance);
}

async function firstRecordedMs(tx: Tx, { accountId, now }: Book): Promise<number> {
  const [row] = await tx.query('select recorded_at from entries where account_id = $1 and seq = 1', [accountId]);
  return row === undefined ? now.getTime() : row.recorded_at.getTime();
}
