import type { Book } from './book.js';
import { compareBurnDown, endOf, hasLapsed } from './burn-down.js';
import { ALL_KNOWN, type Extent } from './extent.js';
import type { Grant } from './model.js';

/**
 * The first open grants of a book in the order of burn-down, at most `most`, and what is known of those behind them:
 * what has to be remembered of it, so that the account can be decided upon until the next of its grants ends. Undefined
 * where more would be needed for that: what is due or pending, or credits that only holds keep standing.
 */
export function firstKnown(book: Book, most: number): { grants: readonly Grant[]; extent: Extent } | undefined {
  const { last, nextEndMs, isMorePending, cut } = book.extent;
  const open = book.grants.filter(({ status }) => status === 'active' || status === 'pending');
  if (cut !== null || isMorePending || open.some(({ status }) => status === 'pending')) return undefined;
  if (last === null && open.length <= most) return { grants: open, extent: ALL_KNOWN };
  if (open.some((grant) => hasLapsed(grant, book.now))) return undefined;
  const inOrder = open.filter((grant) => last === null || compareBurnDown(grant, last) <= 0).sort(compareBurnDown);
  const grants = inOrder.slice(0, most);
  const front = grants.length < inOrder.length ? grants.at(-1) : last;
  if (grants.length === 0 || front === undefined || front === null) return undefined;
  const ends = open.filter((grant) => compareBurnDown(grant, front) > 0).map(endOf);
  const extent = { last: front, nextEndMs: Math.min(nextEndMs, ...ends), isMorePending, cut, isNamed: () => false };
  return { grants, extent };
}
