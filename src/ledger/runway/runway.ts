import type { Tx } from '../../database/database.js';
import type { Book } from '../book/book.js';
import { burnOf } from './burn.js';
import { type Burn, runOut } from './run-out.js';
import type { RunwayAnswer } from './runway.dto.js';

const DAY_MS = 86_400_000n;

/** How long an account's credits last. `book` is the whole account as it is now, brought up to date and not written. */
export async function runwayOf(tx: Tx, book: Book): Promise<RunwayAnswer> {
  const week = await burnOf(tx, book, 7);
  const month = await burnOf(tx, book, 30);
  const outlook = { grants: book.grants, held: book.balance.held, now: book.now };
  const end = runOut(outlook, week.credits > 0n ? week : month);
  return {
    perDay7: perDay(week),
    perDay30: perDay(month),
    endsAt: end?.endsAt.toISOString() ?? null,
    because: end?.because ?? null,
  };
}

function perDay({ credits, ms }: Burn): number {
  return Number((2n * credits * DAY_MS * 100n + ms) / (2n * ms)) / 100;
}
