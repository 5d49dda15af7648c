import { bigintArray, jsonArray, textArray, timestamptzArray } from '../../database/binary-array.js';
import type { Book } from '../book/book.js';
import type { Call } from '../book/changed-rows.js';

/** What balances keep of marks, where it has changed. To be called behind the function that compares the balances. */
export function keepMarks(books: readonly Book[]): Call | undefined {
  const changed = books.filter(({ found, balance }) => found.marks !== balance.marks);
  if (changed.length === 0) return undefined;
  return {
    name: 'keep_marks',
    parameters: [
      textArray(changed.map(({ accountId }) => accountId)),
      jsonArray(changed.map(({ balance }) => (balance.marks === null ? null : JSON.stringify(balance.marks)))),
    ],
  };
}

/** Which accounts have crossed their mark for topping up. To be called as `keepMarks` is. */
export function writeCrossedMarks(books: readonly Book[]): Call | undefined {
  const crossed = books.flatMap(({ accountId, crossedAt }) => (crossedAt === null ? [] : [{ accountId, crossedAt }]));
  if (crossed.length === 0) return undefined;
  return {
    name: 'write_crossed_marks',
    parameters: [
      textArray(crossed.map(({ accountId }) => accountId)),
      timestamptzArray(crossed.map(({ crossedAt }) => crossedAt)),
    ],
  };
}

/**
 * Fails with SQLSTATE SC002, and writes nothing, where the holds or the marks of an account have changed: in the form
 * of three rows the function that compares the balances does not look for it.
 */
export function compareHoldsChanged(books: readonly Book[]): Call {
  return {
    name: 'compare_holds_changed',
    parameters: [
      textArray(books.map(({ accountId }) => accountId)),
      bigintArray(books.map(({ found }) => found.holdsChanged)),
    ],
  };
}
