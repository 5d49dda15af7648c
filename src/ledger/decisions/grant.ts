import type { Credits } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import type { Allocation, Grant, NewGrant } from '../book/model.js';
import { postGrant } from './bring-up-to-date.js';

/**
 * Gives a lot of credits, posted at once when it is effective, pending otherwise. A source part is given once: asked
 * again, the first grant is answered and nothing changes.
 */
export function decideGrant(book: Book, given: NewGrant): Grant {
  const known = book.grantsOf(given.source).find((grant) => grant.sourcePart === (given.sourcePart ?? ''));
  if (known !== undefined) return known;
  book.assertFits(given.amount);
  const grant = book.addGrant(given);
  if (grant.effectiveAt <= book.now) postGrant(book, grant);
  return grant;
}

/**
 * A grant for credits that come back and have no grant to return to. It is filled by the entry that is about to be
 * posted, which is its source, and so has no entry of its own.
 */
export function placeInNewGrant(book: Book, amount: Credits, category: Grant['category']): Allocation {
  const grant = book.addGrant({ amount, category, source: { type: 'entry', id: `${book.balance.seq + 1n}` } });
  book.changeStatus(grant, 'active');
  return { grantId: grant.id, amount };
}
