import { bigintArray, byteaArray, jsonbArray, textArray, timestamptzArray } from '../../database/binary-array.js';
import type { Book } from './book.js';
import { balancesOf, type Call, changedGrantsOf, rowsOf } from './changed-rows.js';
import type { Entry } from './model.js';

/**
 * The form of the version before: an entry and a spend are a row each, and so is the key. The function `write_books`
 * fails with SQLSTATE SC002, and writes nothing, when a balance is no longer as it was found.
 */
export function writeThreeRows(books: readonly Book[]): Call {
  const entries = books.flatMap((book) => book.newEntries);
  const spends = rowsOf(books, (book) => book.newSpends);
  const parameters = [
    ...balancesOf(books),

    textArray(entries.map((e) => e.accountId)),
    bigintArray(entries.map((e) => e.seq)),
    textArray(entries.map((e) => e.kind)),
    bigintArray(entries.map((e) => e.amount)),
    bigintArray(entries.map((e) => e.balanceBefore)),
    bigintArray(entries.map((e) => e.balanceAfter)),
    bigintArray(entries.map((e) => e.debt)),
    textArray(entries.map((e) => e.source.type)),
    textArray(entries.map((e) => e.source.id)),
    jsonbArray(entries.map((e) => allocationsJson(e))),
    textArray(entries.map((e) => e.reason)),
    textArray(entries.map((e) => e.actor)),
    timestamptzArray(entries.map((e) => e.effectiveAt)),
    timestamptzArray(entries.map((e) => e.recordedAt)),
    byteaArray(entries.map((e) => e.hash)),

    ...changedGrantsOf(books),

    textArray(spends.map((s) => s.accountId)),
    textArray(spends.map((s) => s.row.id)),
    bigintArray(spends.map((s) => s.row.seq)),
    bigintArray(spends.map((s) => s.row.amount)),
    bigintArray(spends.map((s) => s.row.reversed)),
    textArray(spends.map((s) => s.row.holdId)),
    textArray(spends.map((s) => s.row.description)),
    jsonbArray(spends.map((s) => JSON.stringify(s.row.metadata ?? {}))),
    textArray(spends.map((s) => s.row.idempotencyKey)),
    timestamptzArray(spends.map((s) => s.row.recordedAt)),
  ];
  return { name: 'write_books', parameters };
}

function allocationsJson(entry: Entry): string {
  return JSON.stringify(entry.allocations.map(({ grantId, amount }) => ({ grantId, amount: Number(amount) })));
}
