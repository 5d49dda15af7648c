import type { EntryForm } from '../../config/environment.js';
import {
  arrayOf,
  BIGINT,
  bigintArray,
  filledArrayOf,
  JSON_TEXT,
  jsonArray,
  SAFE_INTEGER,
  smallintArray,
  TEXT,
  TIMESTAMPTZ,
  textArray,
  timestamptzArray,
  UUID,
} from '../../database/binary-array.js';
import { type Credits, NO_CREDITS } from '../../kernel/credits.js';
import { writeEvents } from '../events/write-events.js';
import { compareHoldsChanged, keepMarks, writeCrossedMarks } from '../marks/write-marks.js';
import type { SqlRunner } from '../sql-runner.js';
import { holdLinesText, reservedText } from '../usage/holds/hold-usage.js';
import { writeInclusions } from '../usage/included/write-inclusions.js';
import { archiveCounters } from '../usage/write-counters.js';
import type { Book } from './book.js';
import { type Call, inOneStatement, type Owned, rowsOf } from './changed-rows.js';
import type { Grant, Hold, HoldKey, Spend } from './model.js';
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
  for (const { call, parameters } of inOneStatement(booksToWrite(books, options)))
    await tx.query(`select ${call}`, parameters);
}

/**
 * The calls that store what decisions have changed in books, one a table whatever their number. Balances that are
 * not locked yet are locked in ascending order. No other code writes balances, entries, grants, spends and holds.
 */
export function booksToWrite(books: readonly Book[], { form, areKeysUnread = false }: StoreOptions): Call[] {
  const changed = books.filter((book) => book.isChanged).sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  if (changed.length === 0) return [];
  return [
    insertGrants(rowsOf(changed, (book) => book.newGrants)),
    ...(form === 'one-row'
      ? [writeEntryRows(changed, areKeysUnread)]
      : [
          writeThreeRows(changed),
          ...(areKeysUnread ? [compareHoldsChanged(changed)] : []),
          countHolds(changed),
          keepUsage(changed),
        ]),
    archiveCounters(changed),
    writeInclusions(changed),
    updateSpends(rowsOf(changed, (book) => book.changedSpends)),
    writeHolds(changed, { form, areKeysUnread }),
    writeEvents(changed),
    keepMarks(changed),
    writeCrossedMarks(changed),
  ].filter((call) => call !== undefined);
}

function insertGrants(grants: readonly Owned<Grant>[]): Call | undefined {
  if (grants.length === 0) return undefined;
  return {
    name: 'write_grants',
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

/**
 * The function of that form neither stores nor compares it, and processes that write the other form rely on it. So what
 * was found may be behind: the changes are added to what is there, and the count never goes back.
 */
function countHolds(books: readonly Book[]): Call | undefined {
  const changed = books.filter(({ found, balance }) => found.holdsChanged !== balance.holdsChanged);
  if (changed.length === 0) return undefined;
  return {
    name: 'count_holds',
    parameters: [
      textArray(changed.map(({ accountId }) => accountId)),
      bigintArray(changed.map(({ found, balance }) => balance.holdsChanged - found.holdsChanged)),
    ],
  };
}

/** The function of that form does not store it, since no entry of the form has lines: but holds by lines may end. */
function keepUsage(books: readonly Book[]): Call | undefined {
  const rows = books.map(({ accountId, usage }) => ({ accountId, kept: usage.keptRow }));
  const changed = rows.filter(({ kept }) => kept !== null);
  if (changed.length === 0) return undefined;
  return {
    name: 'keep_usage',
    parameters: [textArray(changed.map(({ accountId }) => accountId)), jsonArray(changed.map(({ kept }) => kept))],
  };
}

/** Spends of the form of three rows alone: of the others what was given back is the sum of the entries that did it. */
function updateSpends(spends: readonly Owned<Spend>[]): Call | undefined {
  if (spends.length === 0) return undefined;
  return {
    name: 'write_reversed',
    parameters: [
      textArray(spends.map((s) => s.accountId)),
      textArray(spends.map((s) => s.row.id)),
      bigintArray(spends.map((s) => s.row.reversed)),
    ],
  };
}

/**
 * Holds that are new, and those that have changed. Fails with SQLSTATE SC002, and writes nothing, when `areKeysUnread`
 * and a key is known. In the form of three rows no row keeps its key.
 */
function writeHolds(books: readonly Book[], { form, areKeysUnread }: Required<StoreOptions>): Call | undefined {
  const added: (Owned<Hold> & { key: HoldKey | null })[] = [];
  for (const { accountId, newHolds } of books) for (const [row, key] of newHolds) added.push({ accountId, row, key });
  const changed = rowsOf(books, (book) => book.changedHolds);
  if (added.length + changed.length === 0) return undefined;
  const keyed = form === 'one-row' ? added : [];
  return {
    name: 'write_holds',
    parameters: [
      areKeysUnread,
      arrayOf(TEXT, added, ({ accountId }) => accountId),
      arrayOf(TEXT, added, ({ row }) => row.id),
      arrayOf(BIGINT, added, ({ row }) => row.amount),
      arrayOf(BIGINT, added, ({ row }) => row.captured),
      arrayOf(TEXT, added, ({ row }) => row.status),
      arrayOf(TIMESTAMPTZ, added, ({ row }) => row.expiresAt),
      filledArrayOf(TIMESTAMPTZ, added, ({ row }) => row.endedAt),
      arrayOf(TEXT, added, ({ row }) => row.idempotencyKey),
      arrayOf(TIMESTAMPTZ, added, ({ row }) => row.createdAt),
      filledArrayOf(UUID, keyed, ({ key }) => key?.digest ?? null),
      filledArrayOf(SAFE_INTEGER, keyed, ({ key }) => key?.askedSeconds ?? null),
      filledArrayOf(JSON_TEXT, added, ({ row }) => (row.usage === null ? null : holdLinesText(row.usage))),
      filledArrayOf(JSON_TEXT, added, ({ row }) => keptReserved(row)),
      filledArrayOf(BIGINT, added, ({ row }) => keptOverage(row)),

      arrayOf(TEXT, changed, ({ accountId }) => accountId),
      arrayOf(TEXT, changed, ({ row }) => row.id),
      arrayOf(BIGINT, changed, ({ row }) => row.captured),
      arrayOf(TEXT, changed, ({ row }) => row.status),
      arrayOf(TIMESTAMPTZ, changed, ({ row }) => row.expiresAt),
      arrayOf(TIMESTAMPTZ, changed, ({ row }) => row.endedAt),
      filledArrayOf(BIGINT, changed, ({ row }) => keptOverage(row)),
      filledArrayOf(JSON_TEXT, changed, ({ row }) => keptReserved(row)),
    ],
  };
}

function keptOverage({ overage }: Hold): Credits | null {
  return overage === NO_CREDITS ? null : overage;
}

function keptReserved({ usage }: Hold): string | null {
  return usage === null || usage.reserved === null ? null : reservedText(usage.reserved);
}
