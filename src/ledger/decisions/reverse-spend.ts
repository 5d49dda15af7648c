import { addCredits, type Credits, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import type { Entry, Spend } from '../book/model.js';
import { ReversalExceedsSpend, SpendNotFound } from '../ledger.problems.js';
import { placeGivenBack } from './give-back.js';

export interface ReverseSpendRequest {
  /** All that is left of the spend when absent. */
  amount?: Credits;
  reason: string;
  actor: string | null;
}

/**
 * Gives a spend back, whole or in part: debt is repaid first, the rest returns to the grants it came from, latest taken
 * first, even past their expiry; then it lapses again, visibly.
 * @throws SpendNotFound, ReversalExceedsSpend
 */
export function decideReverseSpend(
  book: Book,
  spendId: string,
  request: ReverseSpendRequest,
): { spend: Spend; entry: Entry } {
  const spend = book.spend(spendId);
  if (spend === undefined) throw new SpendNotFound({ accountId: book.accountId, spendId });
  const reversible = subtractCredits(spend.amount, spend.reversed);
  const amount = request.amount ?? reversible;
  if (amount > reversible || reversible === 0n)
    throw new ReversalExceedsSpend({ reversibleCredits: reversible, requestedCredits: amount });
  book.assertFits(amount);

  const entries = book.entries.filter(({ source }) => source.type === 'spend' && source.id === spendId);
  invariant(
    entries.some(({ kind }) => kind === 'spend'),
    'the entry of a spend is read with it',
  );
  const { reason, actor } = request;
  const source = { type: 'spend', id: spendId };
  const entry = book.credit({ kind: 'spend_reversal', amount, source, reason, actor }, (rest, debtRepaid) =>
    placeGivenBack(book, entries, { rest, debtRepaid }),
  );
  spend.reversed = addCredits(spend.reversed, amount);
  book.touchSpend(spend);
  return { spend, entry };
}
