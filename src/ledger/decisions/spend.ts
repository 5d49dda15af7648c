import { type Credits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Entry, NewSpend } from '../book/model.js';
import type { NewSpendRequest } from '../book/posting.js';
import { InsufficientCredits } from '../ledger.problems.js';
import { canAfford } from './afford.js';

export type SpendRequest = Omit<NewSpendRequest, 'holdId'> & {
  /** How far below 0 it may take what is available; absent where it must be paid. */
  maxDebt?: Credits;
};

/** Takes credits by burn-down. @throws InsufficientCredits when less is available; then nothing is changed. */
export function decideSpend(book: Book, request: SpendRequest): { spend: NewSpend; entry: Entry } {
  if (!canAfford(book.available, request.amount)) return spendShort(book, request);
  const { allocations, left } = allocate(book.openGrants({ spendable: true }), request.amount);
  invariant(left === NO_CREDITS, 'what is available is covered by grants that can be spent');
  return book.addSpend({ ...request, holdId: null }, allocations);
}

/**
 * Takes more than is available, as far as that may go: also what is held, and what holds keep standing past its time,
 * before anything becomes debt. Captures of those holds go into debt then.
 */
function spendShort(book: Book, { maxDebt, ...request }: SpendRequest): { spend: NewSpend; entry: Entry } {
  const { available } = book;
  const { amount } = request;
  if (maxDebt === undefined || subtractCredits(available, amount) < -maxDebt)
    throw new InsufficientCredits({ availableCredits: available, requestedCredits: amount });
  const { allocations } = allocate(book.openGrants({ spendable: false }), amount);
  return book.addSpend({ ...request, holdId: null }, allocations);
}
