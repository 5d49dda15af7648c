import type { EntryForm } from '../../config/environment.js';
import type { Statement } from '../../database/batches.js';
import { bigintArray, smallintArray, textArray, timestamptzArray } from '../../database/binary-array.js';
import { together } from '../../database/sql-state.js';
import type { Book } from './book.js';
import { callOf, type Owned, rowsOf } from './changed-rows.js';
import type { Grant, Spend } from './model.js';
import type { SqlRunner } from './read-books.js';
import { writeEntryRows } from './write-entry-rows.js';
import { writeThreeRows } from './write-three-rows.js';

/** How a book is stored. */
export interface StoreOptions {
  /** In which form its entries are; both are read for ever. */
  readonly form: EntryForm;
  /** Whether nobody has looked under the lock which keys are known: then it is looked when writing. */
  readonly areKeysUnread?: boolean;
}

/** Stores what decisions have changed in books. Their balances are locked by the same transaction. */
export async function writeBooks(tx: SqlRunner, books: readonly Book[], options: StoreOptions): Promise<void> {
  // None waits for another: on one connection they run in this order and share a round trip.
  await together(booksToWrite(books, options).map(({ call, parameters }) => tx.query(`select ${call}`, parameters)));
}

/**
 * The statements that store what decisions have changed in books, one a table whatever their number. Balances that are
 * not locked yet are locked in ascending order. No other code writes balances, entries, grants, spends and holds.
 */
export function booksToWrite(books: readonly Book[], { form, areKeysUnread = false }: StoreOptions): Statement[] {
  const changed = books.filter((book) => book.isChanged).sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  if (changed.length === 0) return [];
  return [
    insertGrants(rowsOf(changed, (book) => book.newGrants)),
    ...(form === 'one-row' ? [writeEntryRows(changed, areKeysUnread)] : [writeThreeRows(changed), countHolds(changed)]),
    updateSpends(rowsOf(changed, (book) => book.changedSpends)),
    writeHolds(changed),
  ].filter((statement) => statement !== undefined);
}

function insertGrants(grants: readonly Owned<Grant>[]): Statement | undefined {
  if (grants.length === 0) return undefined;
  return callOf('write_grants', [
    textArray(grants.map((g) => g.accountId)),
    textArray(grants.map((g) => g.row.id)),
    bigintArray(grants.map((g) => g.row.ordinal)),
    bigintArray(grants.map((g) => g.row.amount)),
    bigintArray(grants.map((g) => g.row.remaining)),
    bigintArray(grants.map((g) => g.row.debtRepaid)),
    bigintArray(grants.map((g) => g.row.lapsed)),
    textArray(grants.map((g) => g.row.category)),
    smallintArray(grants.map((g) => g.row.priority)),
    textArray(grants.map((g) => g.row.status)),
    timestamptzArray(grants.map((g) => g.row.effectiveAt)),
    timestamptzArray(grants.map((g) => g.row.expiresAt)),
    bigintArray(grants.map((g) => g.row.costBasis?.amountMinor ?? null)),
    textArray(grants.map((g) => g.row.costBasis?.currency ?? null)),
    textArray(grants.map((g) => g.row.source.type)),
    textArray(grants.map((g) => g.row.source.id)),
    textArray(grants.map((g) => g.row.sourcePart)),
    textArray(grants.map((g) => g.row.reason)),
    textArray(grants.map((g) => g.row.actor)),
    timestamptzArray(grants.map((g) => g.row.createdAt)),
  ]);
}

/**
 * The function of that form neither stores nor compares it, and processes that write the other form rely on it. So what
 * was found may be behind: the changes are added to what is there, and the count never goes back.
 */
function countHolds(books: readonly Book[]): Statement | undefined {
  const changed = books.filter(({ found, balance }) => found.holdsChanged !== balance.holdsChanged);
  if (changed.length === 0) return undefined;
  return callOf('count_holds', [
    textArray(changed.map(({ accountId }) => accountId)),
    bigintArray(changed.map(({ found, balance }) => balance.holdsChanged - found.holdsChanged)),
  ]);
}

/** Spends of the form of three rows alone: of the others what was given back is the sum of the entries that did it. */
function updateSpends(spends: readonly Owned<Spend>[]): Statement | undefined {
  if (spends.length === 0) return undefined;
  return callOf('write_reversed', [
    textArray(spends.map((s) => s.accountId)),
    textArray(spends.map((s) => s.row.id)),
    bigintArray(spends.map((s) => s.row.reversed)),
  ]);
}

/** Holds that are new, and those that have changed, by one function: its statements are planned once a connection. */
function writeHolds(books: readonly Book[]): Statement | undefined {
  const added = rowsOf(books, (book) => book.newHolds);
  const changed = rowsOf(books, (book) => book.changedHolds);
  if (added.length + changed.length === 0) return undefined;
  return callOf('write_holds', [
    textArray(added.map((h) => h.accountId)),
    textArray(added.map((h) => h.row.id)),
    bigintArray(added.map((h) => h.row.amount)),
    bigintArray(added.map((h) => h.row.captured)),
    textArray(added.map((h) => h.row.status)),
    timestamptzArray(added.map((h) => h.row.expiresAt)),
    timestamptzArray(added.map((h) => h.row.endedAt)),
    textArray(added.map((h) => h.row.idempotencyKey)),
    timestamptzArray(added.map((h) => h.row.createdAt)),

    textArray(changed.map((h) => h.accountId)),
    textArray(changed.map((h) => h.row.id)),
    bigintArray(changed.map((h) => h.row.captured)),
    textArray(changed.map((h) => h.row.status)),
    timestamptzArray(changed.map((h) => h.row.expiresAt)),
    timestamptzArray(changed.map((h) => h.row.endedAt)),
  ]);
}
