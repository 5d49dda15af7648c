import { type Credits, credits } from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Entry } from '../book/model.js';
import { placeInNewGrant } from './grant.js';

export interface AdjustRequest {
  /** Either sign, not zero. */
  amount: Credits;
  reason: string;
  actor: string | null;
}

/**
 * Mends a balance by hand. A positive amount repays debt, the rest becomes a grant of its own; a negative one burns
 * down, then goes into debt.
 */
export function decideAdjust(book: Book, { amount, reason, actor }: AdjustRequest): Entry {
  book.assertFits(amount);
  const source = { type: 'adjustment', id: newId('adj', book.now) };
  if (amount > 0n) {
    return book.credit({ kind: 'adjustment', amount, source, reason, actor }, (rest) =>
      rest > 0n ? [placeInNewGrant(book, rest, 'promotional')] : [],
    );
  }
  const debit = credits(-amount);
  const { allocations } = allocate(book.openGrants({ spendable: false }), debit);
  return book.debit({ kind: 'adjustment', amount: debit, allocations, source, reason, actor });
}
