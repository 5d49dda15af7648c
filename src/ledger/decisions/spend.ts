import { NO_CREDITS } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Entry, NewSpend } from '../book/model.js';
import type { NewSpendRequest } from '../book/posting.js';
import { InsufficientCredits } from '../ledger.problems.js';

export type SpendRequest = Omit<NewSpendRequest, 'holdId'>;

/** Takes credits by burn-down. @throws InsufficientCredits when less is available; then nothing is changed. */
export function decideSpend(book: Book, request: SpendRequest): { spend: NewSpend; entry: Entry } {
  if (book.available < request.amount)
    throw new InsufficientCredits({ availableCredits: book.available, requestedCredits: request.amount });
  const { allocations, left } = allocate(book.openGrants({ spendable: true }), request.amount);
  invariant(left === NO_CREDITS, 'what is available is covered by grants that can be spent');
  return book.addSpend({ ...request, holdId: null }, allocations);
}
