import { textArray } from '../../database/binary-array.js';
import { quantityText } from '../../rating/pricing/quantity.js';
import type { Book } from '../book/book.js';
import type { Call } from '../book/changed-rows.js';
import { partsOfKey, partsOfName } from './read-counters.js';

/**
 * Puts counters and remainders into the archive that the rows of balances keep no longer, once those were made of the
 * books (`BookUsage.keptRow`). To be called behind the function that compares the balances: who holds them, or has
 * found them as they were, knows what the counters were, since none changes without an entry.
 */
export function archiveCounters(books: readonly Book[]): Call | undefined {
  const archived = books.map(({ accountId, usage }) => ({ accountId, ...usage.toArchive }));
  const used = archived.flatMap(({ accountId, used = [] }) =>
    [...used].map(([name, value]) => ({ accountId, ...partsOfName(name), value })),
  );
  const remainders = archived.flatMap(({ accountId, remainders = [] }) =>
    [...remainders].map(([key, value]) => ({ accountId, ...partsOfKey(key), value })),
  );
  if (used.length + remainders.length === 0) return undefined;
  return {
    name: 'write_counters',
    parameters: [
      textArray(used.map(({ accountId }) => accountId)),
      textArray(used.map(({ meter }) => meter)),
      textArray(used.map(({ match }) => match)),
      textArray(used.map(({ month }) => month)),
      textArray(used.map(({ value }) => quantityText(value))),

      textArray(remainders.map(({ accountId }) => accountId)),
      textArray(remainders.map(({ meter }) => meter)),
      textArray(remainders.map(({ match }) => match)),
      textArray(remainders.map(({ value }) => `${value.numerator}`)),
      textArray(remainders.map(({ value }) => `${value.denominator}`)),
    ],
  };
}
