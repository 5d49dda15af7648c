import { together } from '../database/sql-state.js';
import type { Book } from './book.js';
import type { SqlRunner } from './book-reader.js';
import type { Entry, Grant, Hold, Spend } from './model.js';

/**
 * Stores what decisions have changed in books, one statement a table whatever their number. The only code that writes
 * balances, entries, grants, spends and holds. The balances must be locked by the same transaction.
 */
export async function writeBooks(tx: SqlRunner, books: readonly Book[]): Promise<void> {
  const changed = books.filter((book) => book.isChanged);
  if (changed.length === 0) return;
  // None waits for another: on one connection they run in this order and share a round trip.
  await together([
    updateBalances(tx, changed),
    insertEntries(
      tx,
      changed.flatMap((book) => book.newEntries),
    ),
    insertGrants(
      tx,
      rowsOf(changed, (book) => book.newGrants),
    ),
    updateGrants(
      tx,
      rowsOf(changed, (book) => book.changedGrants),
    ),
    insertSpends(
      tx,
      rowsOf(changed, (book) => book.newSpends),
    ),
    updateSpends(
      tx,
      rowsOf(changed, (book) => book.changedSpends),
    ),
    insertHolds(
      tx,
      rowsOf(changed, (book) => book.newHolds),
    ),
    updateHolds(
      tx,
      rowsOf(changed, (book) => book.changedHolds),
    ),
  ]);
}

interface Owned<T> {
  accountId: string;
  row: T;
}

function rowsOf<T>(books: readonly Book[], pick: (book: Book) => Iterable<T>): Owned<T>[] {
  return books.flatMap((book) => [...pick(book)].map((row) => ({ accountId: book.accountId, row })));
}

async function updateBalances(tx: SqlRunner, books: readonly Book[]): Promise<void> {
  await tx.query(
    `update balances set balance = new.balance, held = new.held, seq = new.seq, head_hash = new.head_hash,
       recorded_at = new.recorded_at, grants_made = new.grants_made
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::timestamptz[], $7::bigint[])
       as new (account_id, balance, held, seq, head_hash, recorded_at, grants_made)
     where balances.account_id = new.account_id`,
    [
      books.map((b) => b.accountId),
      books.map((b) => b.balance.balance),
      books.map((b) => b.balance.held),
      books.map((b) => b.balance.seq),
      books.map((b) => b.balance.headHash),
      books.map((b) => b.balance.recordedAt),
      books.map((b) => b.balance.grantsMade),
    ],
  );
}

async function insertEntries(tx: SqlRunner, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `insert into entries (account_id, seq, kind, amount, balance_before, balance_after, debt, source_type, source_id,
       allocations, reason, actor, effective_at, recorded_at, hash)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::text[], $9::text[], $10::jsonb[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::bytea[])`,
    [
      entries.map((e) => e.accountId),
      entries.map((e) => e.seq),
      entries.map((e) => e.kind),
      entries.map((e) => e.amount),
      entries.map((e) => e.balanceBefore),
      entries.map((e) => e.balanceAfter),
      entries.map((e) => e.debt),
      entries.map((e) => e.source.type),
      entries.map((e) => e.source.id),
      entries.map((e) => allocationsJson(e)),
      entries.map((e) => e.reason),
      entries.map((e) => e.actor),
      entries.map((e) => e.effectiveAt),
      entries.map((e) => e.recordedAt),
      entries.map((e) => e.hash),
    ],
  );
}

function allocationsJson(entry: Entry): string {
  return JSON.stringify(entry.allocations.map(({ grantId, amount }) => ({ grantId, amount: Number(amount) })));
}

async function insertGrants(tx: SqlRunner, grants: readonly Owned<Grant>[]): Promise<void> {
  if (grants.length === 0) return;
  await tx.query(
    `insert into grants (account_id, id, ordinal, amount, remaining, debt_repaid, lapsed, category, priority, status,
       effective_at, expires_at, cost_basis_minor, cost_basis_currency, source_type, source_id, source_part, reason,
       actor, created_at)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::text[], $9::smallint[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::text[],
       $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[])`,
    [
      grants.map((g) => g.accountId),
      grants.map((g) => g.row.id),
      grants.map((g) => g.row.ordinal),
      grants.map((g) => g.row.amount),
      grants.map((g) => g.row.remaining),
      grants.map((g) => g.row.debtRepaid),
      grants.map((g) => g.row.lapsed),
      grants.map((g) => g.row.category),
      grants.map((g) => g.row.priority),
      grants.map((g) => g.row.status),
      grants.map((g) => g.row.effectiveAt),
      grants.map((g) => g.row.expiresAt),
      grants.map((g) => g.row.costBasis?.amountMinor ?? null),
      grants.map((g) => g.row.costBasis?.currency ?? null),
      grants.map((g) => g.row.source.type),
      grants.map((g) => g.row.source.id),
      grants.map((g) => g.row.sourcePart),
      grants.map((g) => g.row.reason),
      grants.map((g) => g.row.actor),
      grants.map((g) => g.row.createdAt),
    ],
  );
}

async function updateGrants(tx: SqlRunner, grants: readonly Owned<Grant>[]): Promise<void> {
  if (grants.length === 0) return;
  await tx.query(
    `update grants set remaining = new.remaining, debt_repaid = new.debt_repaid, lapsed = new.lapsed, status = new.status
     from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
       as new (account_id, id, remaining, debt_repaid, lapsed, status)
     where grants.account_id = new.account_id and grants.id = new.id`,
    [
      grants.map((g) => g.accountId),
      grants.map((g) => g.row.id),
      grants.map((g) => g.row.remaining),
      grants.map((g) => g.row.debtRepaid),
      grants.map((g) => g.row.lapsed),
      grants.map((g) => g.row.status),
    ],
  );
}

async function insertSpends(tx: SqlRunner, spends: readonly Owned<Spend>[]): Promise<void> {
  if (spends.length === 0) return;
  await tx.query(
    `insert into spends (account_id, id, seq, amount, reversed, hold_id, description, metadata, idempotency_key, recorded_at)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
       $8::jsonb[], $9::text[], $10::timestamptz[])`,
    [
      spends.map((s) => s.accountId),
      spends.map((s) => s.row.id),
      spends.map((s) => s.row.seq),
      spends.map((s) => s.row.amount),
      spends.map((s) => s.row.reversed),
      spends.map((s) => s.row.holdId),
      spends.map((s) => s.row.description),
      spends.map((s) => JSON.stringify(s.row.metadata)),
      spends.map((s) => s.row.idempotencyKey),
      spends.map((s) => s.row.recordedAt),
    ],
  );
}

async function updateSpends(tx: SqlRunner, spends: readonly Owned<Spend>[]): Promise<void> {
  if (spends.length === 0) return;
  await tx.query(
    `update spends set reversed = new.reversed
     from unnest($1::text[], $2::text[], $3::bigint[]) as new (account_id, id, reversed)
     where spends.account_id = new.account_id and spends.id = new.id`,
    [spends.map((s) => s.accountId), spends.map((s) => s.row.id), spends.map((s) => s.row.reversed)],
  );
}

async function insertHolds(tx: SqlRunner, holds: readonly Owned<Hold>[]): Promise<void> {
  if (holds.length === 0) return;
  await tx.query(
    `insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::timestamptz[],
       $7::timestamptz[], $8::text[], $9::timestamptz[])`,
    [
      holds.map((h) => h.accountId),
      holds.map((h) => h.row.id),
      holds.map((h) => h.row.amount),
      holds.map((h) => h.row.captured),
      holds.map((h) => h.row.status),
      holds.map((h) => h.row.expiresAt),
      holds.map((h) => h.row.endedAt),
      holds.map((h) => h.row.idempotencyKey),
      holds.map((h) => h.row.createdAt),
    ],
  );
}

async function updateHolds(tx: SqlRunner, holds: readonly Owned<Hold>[]): Promise<void> {
  if (holds.length === 0) return;
  await tx.query(
    `update holds set captured = new.captured, status = new.status, expires_at = new.expires_at, ended_at = new.ended_at
     from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[])
       as new (account_id, id, captured, status, expires_at, ended_at)
     where holds.account_id = new.account_id and holds.id = new.id`,
    [
      holds.map((h) => h.accountId),
      holds.map((h) => h.row.id),
      holds.map((h) => h.row.captured),
      holds.map((h) => h.row.status),
      holds.map((h) => h.row.expiresAt),
      holds.map((h) => h.row.endedAt),
    ],
  );
}
