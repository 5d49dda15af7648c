import type { Statement } from '../../database/batches.js';
import { bigintArray, byteaArray, textArray, timestamptzArray } from '../../database/binary-array.js';
import type { Book } from './book.js';

// What both forms of an entry are stored with: the parameters of the functions that write them.

export interface Owned<T> {
  accountId: string;
  row: T;
}

export function rowsOf<T>(books: readonly Book[], pick: (book: Book) => Iterable<T>): Owned<T>[] {
  return books.flatMap((book) => [...pick(book)].map((row) => ({ accountId: book.accountId, row })));
}

/** What was found of each balance, and what becomes of it, as the form of the version before has it. */
export function balancesOf(books: readonly Book[]): Buffer[] {
  const found = books.map((book) => book.found);
  const balances = books.map((book) => book.balance);
  return [
    textArray(found.map((b) => b.accountId)),
    bigintArray(found.map((b) => b.balance)),
    bigintArray(found.map((b) => b.held)),
    byteaArray(found.map((b) => b.headHash)),
    bigintArray(found.map((b) => b.grantsMade)),
    bigintArray(balances.map((b) => b.balance)),
    bigintArray(balances.map((b) => b.held)),
    bigintArray(balances.map((b) => b.seq)),
    byteaArray(balances.map((b) => b.headHash)),
    timestamptzArray(balances.map((b) => b.recordedAt)),
    bigintArray(balances.map((b) => b.grantsMade)),
  ];
}

/** How often the holds of each account had changed, and have now. */
export function holdsChangedOf(books: readonly Book[]): Buffer[] {
  return [
    bigintArray(books.map(({ found }) => found.holdsChanged)),
    bigintArray(books.map(({ balance }) => balance.holdsChanged)),
  ];
}

/** What becomes of the grants that were there before. */
export function changedGrantsOf(books: readonly Book[]): Buffer[] {
  const grants = rowsOf(books, (book) => book.changedGrants);
  return [
    textArray(grants.map((g) => g.accountId)),
    textArray(grants.map((g) => g.row.id)),
    bigintArray(grants.map((g) => g.row.remaining)),
    bigintArray(grants.map((g) => g.row.debtRepaid)),
    bigintArray(grants.map((g) => g.row.lapsed)),
    textArray(grants.map((g) => g.row.status)),
  ];
}

export function callOf(name: string, parameters: unknown[]): Statement {
  const places = parameters.map((_, index) => `$${index + 1}`);
  return { sql: `select ${name}(${places.join(', ')})`, parameters };
}
