import { textArray } from '../../database/binary-array.js';
import { quantityText } from '../../rating/pricing/quantity.js';
import type { Book } from '../book/book.js';
import type { Call } from '../book/changed-rows.js';
import { partsOfKey } from './read-counters.js';

/**
 * What becomes of counters and remainders. To be called behind the function that compares the balances: who holds them,
 * or has found them as they were, knows what the counters were, since none changes without an entry.
 */
export function writeCounters(books: readonly Book[]): Call | undefined {
  const changed = books.filter(({ usage }) => usage.isChanged);
  if (changed.length === 0) return undefined;
  const used = changed.flatMap(({ accountId, usage }) =>
    usage.counters.usedToWrite().map(({ month, key, value }) => ({ accountId, month, ...partsOfKey(key), value })),
  );
  const remainders = changed.flatMap(({ accountId, usage }) =>
    usage.counters.remaindersToWrite().map(({ key, value }) => ({ accountId, ...partsOfKey(key), value })),
  );
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
