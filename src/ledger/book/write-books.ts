import {
  bigintArray,
  byteaArray,
  jsonbArray,
  smallintArray,
  textArray,
  timestamptzArray,
} from '../../database/binary-array.js';
import type { Statement } from '../../database/database.js';
import { together } from '../../database/sql-state.js';
import type { Book } from './book.js';
import type { Entry, Grant, Hold, Spend } from './model.js';
import type { SqlRunner } from './read-books.js';

/** Stores what decisions have changed in books. Their balances are locked by the same transaction. */
export async function writeBooks(tx: SqlRunner, books: readonly Book[]): Promise<void> {
  // None waits for another: on one connection they run in this order and share a round trip.
  await together(booksToWrite(books).map(({ sql, parameters }) => tx.query(sql, parameters)));
}

/**
 * The statements that store what decisions have changed in books, one a table whatever their number. Balances that are
 * not locked yet are locked in ascending order. No other code writes balances, entries, grants, spends and holds.
 */
export function booksToWrite(books: readonly Book[]): Statement[] {
  const changed = books.filter((book) => book.isChanged).sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  if (changed.length === 0) return [];
  return [
    insertGrants(rowsOf(changed, (book) => book.newGrants)),
    writePostings(changed),
    updateSpends(rowsOf(changed, (book) => book.changedSpends)),
    insertHolds(rowsOf(changed, (book) => book.newHolds)),
    updateHolds(rowsOf(changed, (book) => book.changedHolds)),
  ].filter((statement) => statement !== undefined);
}

interface Owned<T> {
  accountId: string;
  row: T;
}

function rowsOf<T>(books: readonly Book[], pick: (book: Book) => Iterable<T>): Owned<T>[] {
  return books.flatMap((book) => [...pick(book)].map((row) => ({ accountId: book.accountId, row })));
}

/**
 * The tables that nearly every write touches, by the function `write_books`: balances, entries, grants and spends. It
 * fails with SQLSTATE SC002, and writes nothing, when a balance is no longer as it was found.
 */
function writePostings(books: readonly Book[]): Statement {
  const found = books.map((book) => book.found);
  const balances = books.map((book) => book.balance);
  const entries = books.flatMap((book) => book.newEntries);
  const grants = rowsOf(books, (book) => book.changedGrants);
  const spends = rowsOf(books, (book) => book.newSpends);
  const parameters = [
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

    textArray(grants.map((g) => g.accountId)),
    textArray(grants.map((g) => g.row.id)),
    bigintArray(grants.map((g) => g.row.remaining)),
    bigintArray(grants.map((g) => g.row.debtRepaid)),
    bigintArray(grants.map((g) => g.row.lapsed)),
    textArray(grants.map((g) => g.row.status)),

    textArray(spends.map((s) => s.accountId)),
    textArray(spends.map((s) => s.row.id)),
    bigintArray(spends.map((s) => s.row.seq)),
    bigintArray(spends.map((s) => s.row.amount)),
    bigintArray(spends.map((s) => s.row.reversed)),
    textArray(spends.map((s) => s.row.holdId)),
    textArray(spends.map((s) => s.row.description)),
    jsonbArray(spends.map((s) => JSON.stringify(s.row.metadata))),
    textArray(spends.map((s) => s.row.idempotencyKey)),
    timestamptzArray(spends.map((s) => s.row.recordedAt)),
  ];
  const places = parameters.map((_, index) => `$${index + 1}`);
  return { sql: `select write_books(${places.join(', ')})`, parameters };
}

function allocationsJson(entry: Entry): string {
  return JSON.stringify(entry.allocations.map(({ grantId, amount }) => ({ grantId, amount: Number(amount) })));
}

function insertGrants(grants: readonly Owned<Grant>[]): Statement | undefined {
  if (grants.length === 0) return undefined;
  return {
    sql: `insert into grants (account_id, id, ordinal, amount, remaining, debt_repaid, lapsed, category, priority,
       status, effective_at, expires_at, cost_basis_minor, cost_basis_currency, source_type, source_id, source_part,
       reason, actor, created_at)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::text[], $9::smallint[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::text[],
       $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[])`,
    parameters: [
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
    ],
  };
}

function updateSpends(spends: readonly Owned<Spend>[]): Statement | undefined {
  if (spends.length === 0) return undefined;
  return {
    sql: `update spends set reversed = new.reversed
     from unnest($1::text[], $2::text[], $3::bigint[]) as new (account_id, id, reversed)
     where spends.account_id = new.account_id and spends.id = new.id`,
    parameters: [
      textArray(spends.map((s) => s.accountId)),
      textArray(spends.map((s) => s.row.id)),
      bigintArray(spends.map((s) => s.row.reversed)),
    ],
  };
}

function insertHolds(holds: readonly Owned<Hold>[]): Statement | undefined {
  if (holds.length === 0) return undefined;
  return {
    sql: `insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key,
       created_at)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::timestamptz[],
       $7::timestamptz[], $8::text[], $9::timestamptz[])`,
    parameters: [
      textArray(holds.map((h) => h.accountId)),
      textArray(holds.map((h) => h.row.id)),
      bigintArray(holds.map((h) => h.row.amount)),
      bigintArray(holds.map((h) => h.row.captured)),
      textArray(holds.map((h) => h.row.status)),
      timestamptzArray(holds.map((h) => h.row.expiresAt)),
      timestamptzArray(holds.map((h) => h.row.endedAt)),
      textArray(holds.map((h) => h.row.idempotencyKey)),
      timestamptzArray(holds.map((h) => h.row.createdAt)),
    ],
  };
}

function updateHolds(holds: readonly Owned<Hold>[]): Statement | undefined {
  if (holds.length === 0) return undefined;
  return {
    sql: `update holds set captured = new.captured, status = new.status, expires_at = new.expires_at,
       ended_at = new.ended_at
     from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[])
       as new (account_id, id, captured, status, expires_at, ended_at)
     where holds.account_id = new.account_id and holds.id = new.id`,
    parameters: [
      textArray(holds.map((h) => h.accountId)),
      textArray(holds.map((h) => h.row.id)),
      bigintArray(holds.map((h) => h.row.captured)),
      textArray(holds.map((h) => h.row.status)),
      timestamptzArray(holds.map((h) => h.row.expiresAt)),
      timestamptzArray(holds.map((h) => h.row.endedAt)),
    ],
  };
}
