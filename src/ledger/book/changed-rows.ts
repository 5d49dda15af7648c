import type { Statement } from '../../database/batches.js';
import { arrayOf, BIGINT, BYTEA, TEXT, TIMESTAMPTZ } from '../../database/binary-array.js';
import type { Book } from './book.js';

// What both forms of an entry are stored with: the parameters of the functions that write them.

export interface Owned<T> {
  accountId: string;
  row: T;
}

export function rowsOf<T>(books: readonly Book[], pick: (book: Book) => Iterable<T>): Owned<T>[] {
  const rows: Owned<T>[] = [];
  for (const book of books) for (const row of pick(book)) rows.push({ accountId: book.accountId, row });
  return rows;
}

/** What was found of each balance, and what becomes of it, as the form of the version before has it. */
export function balancesOf(books: readonly Book[]): Buffer[] {
  return [
    arrayOf(TEXT, books, ({ found }) => found.accountId),
    arrayOf(BIGINT, books, ({ found }) => found.balance),
    arrayOf(BIGINT, books, ({ found }) => found.held),
    arrayOf(BYTEA, books, ({ found }) => found.headHash),
    arrayOf(BIGINT, books, ({ found }) => found.grantsMade),
    arrayOf(BIGINT, books, ({ balance }) => balance.balance),
    arrayOf(BIGINT, books, ({ balance }) => balance.held),
    arrayOf(BIGINT, books, ({ balance }) => balance.seq),
    arrayOf(BYTEA, books, ({ balance }) => balance.headHash),
    arrayOf(TIMESTAMPTZ, books, ({ balance }) => balance.recordedAt),
    arrayOf(BIGINT, books, ({ balance }) => balance.grantsMade),
  ];
}

/** How often the holds of each account had changed, and have now. */
export function holdsChangedOf(books: readonly Book[]): Buffer[] {
  return [
    arrayOf(BIGINT, books, ({ found }) => found.holdsChanged),
    arrayOf(BIGINT, books, ({ balance }) => balance.holdsChanged),
  ];
}

/** What becomes of the grants that were there before. */
export function changedGrantsOf(books: readonly Book[]): Buffer[] {
  const grants = rowsOf(books, (book) => book.changedGrants);
  return [
    arrayOf(TEXT, grants, ({ accountId }) => accountId),
    arrayOf(TEXT, grants, ({ row }) => row.id),
    arrayOf(BIGINT, grants, ({ row }) => row.remaining),
    arrayOf(BIGINT, grants, ({ row }) => row.debtRepaid),
    arrayOf(BIGINT, grants, ({ row }) => row.lapsed),
    arrayOf(TEXT, grants, ({ row }) => row.status),
  ];
}

/** A call of one of the functions that write books. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/**
 * The calls as one statement, which makes them in their order: it is sent, planned and answered once. None for no
 * calls.
 */
export function inOneStatement(calls: readonly Call[]): Statement[] {
  if (calls.length === 0) return [];
  return [{ call: textOf(calls), parameters: calls.flatMap(({ parameters }) => parameters) }];
}

const texts = new Map<string, string>();

/** Made once: some have fifty parameters. A function has always as many. */
function textOf(calls: readonly Call[]): string {
  const names = calls.map(({ name }) => name).join(' ');
  let text = texts.get(names);
  if (text === undefined) {
    let place = 0;
    const nextPlace = () => {
      place += 1;
      return `$${place}`;
    };
    const made = calls.map(({ name, parameters }) => `${name}(${parameters.map(nextPlace).join(', ')})`);
    text = made.join(', ');
    texts.set(names, text);
  }
  return text;
}
