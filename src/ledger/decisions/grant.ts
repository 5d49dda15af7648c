import type { Credits } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import type { Allocation, Grant, NewGrant } from '../book/model.js';
import { postGrant } from './bring-up-to-date.js';

/** The source of grants that were given by call: `id` is the idempotency key of the call. */
export const GIVEN_BY_CALL = 'request';

/** The source of grants that were given for a code: `id` is the voucher, the part the redemption. */
export const GIVEN_BY_VOUCHER = 'voucher';

/**
 * Gives a lot of credits, posted at once when it is effective, pending otherwise. A source part is given once: asked
 * again, the first grant is answered and nothing changes.
 */
export function decideGrant(book: Book, given: NewGrant): Grant {
  const known = isNew(given) ? undefined : book.grantsOf(given.source).find((grant) => isPart(grant, given));
  if (known !== undefined) return known;
  book.assertFits(given.amount);
  const grant = book.addGrant(given);
  if (grant.effectiveAt <= book.now) postGrant(book, grant);
  return grant;
}

/** The key of a call is its source: a call with a known key is answered from what is stored, and grants nothing. */
function isNew({ source }: NewGrant): boolean {
  return source.type === GIVEN_BY_CALL;
}

function isPart(grant: Grant, { sourcePart = '' }: NewGrant): boolean {
  return grant.sourcePart === sourcePart;
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
