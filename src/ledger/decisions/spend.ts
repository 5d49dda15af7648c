import { type Credits, NO_CREDITS } from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Entry, Spend } from '../book/model.js';
import { InsufficientCredits } from '../ledger.problems.js';

export interface SpendRequest {
  amount: Credits;
  idempotencyKey: string;
  description: string | null;
  metadata: Record<string, string>;
}

/** Takes credits by burn-down. @throws InsufficientCredits when less is available; then nothing is changed. */
export function decideSpend(book: Book, request: SpendRequest): { spend: Spend; entry: Entry } {
  if (book.available < request.amount)
    throw new InsufficientCredits({ availableCredits: book.available, requestedCredits: request.amount });
  const { allocations, left } = allocate(book.openGrants({ spendable: true }), request.amount);
  invariant(left === NO_CREDITS, 'what is available is covered by grants that can be spent');

  const id = newId('spd', book.now);
  const entry = book.debit({ kind: 'spend', amount: request.amount, allocations, source: { type: 'spend', id } });
  const spend = book.addSpend({ id, seq: entry.seq, holdId: null, ...request });
  return { spend, entry };
}
