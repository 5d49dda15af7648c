import {
  arrayOf,
  BIGINT,
  BYTEA,
  type ElementType,
  filledArrayOf,
  JSON_TEXT,
  SAFE_INTEGER,
  SMALLINT,
  TEXT,
  TIMESTAMPTZ,
  UUID,
} from '../../database/binary-array.js';
import { type UndoneLines, undoneText, usageText } from '../usage/kept-lines.js';
import type { Book } from './book.js';
import { balancesOf, type Call, changedGrantsOf, holdsChangedOf } from './changed-rows.js';
import { bytesOfGrant, KIND_LETTERS } from './entry-rows.js';
import { type Entry, EVENT_FORM, LINES_FORM, type NewSpend } from './model.js';

/**
 * The form of an entry in one row, which holds what is known of its spend, and the key of that, as well. The function
 * `write_entry_rows` fails with SQLSTATE SC002, and writes nothing, when a balance is no longer as it was found, or
 * when `areKeysUnread` and a key is known.
 */
export function writeEntryRows(books: readonly Book[], areKeysUnread: boolean): Call {
  const rows = books.flatMap(rowsOfBook);
  return {
    name: 'write_entry_rows',
    parameters: [
      areKeysUnread,
      ...balancesOf(books),
      ...holdsChangedOf(books),
      ...COLUMNS.map((columnOf) => columnOf(rows)),
      ...changedGrantsOf(books),
      FORMS(rows),
      LINES(rows),
      filledArrayOf(JSON_TEXT, books, ({ usage }) => usage.keptRow),
    ],
  };
}

interface NewRow {
  entry: Entry;
  /** Of an entry of that kind. */
  spend: NewSpend | undefined;
  /** The lines that it has undone. */
  undone: UndoneLines | undefined;
  /** Whether all of it was taken from one grant, or put into it. */
  isOfOneGrant: boolean;
}

function rowsOfBook({ newEntries, newSpends, usage }: Book): NewRow[] {
  // Both stand in the order in which they were decided.
  const spends = newSpends.values();
  return newEntries.map((entry) => {
    const spend = entry.kind === 'spend' ? spends.next().value : undefined;
    const isOfOneGrant = entry.debt === 0n && entry.allocations.length === 1;
    return { entry, spend, undone: usage.undoneBy(entry), isOfOneGrant };
  });
}

type Column = (rows: readonly NewRow[]) => Buffer;

/** A column in which something stands in every row. */
function always<T>(type: ElementType<T>, pick: (row: NewRow) => T): Column {
  return (rows) => arrayOf(type, rows, pick);
}

/** A column in which often nothing stands in any row: then it is not sent. */
function often<T>(type: ElementType<T>, pick: (row: NewRow) => T | null): Column {
  return (rows) => filledArrayOf(type, rows, pick);
}

/** In the order of the function's parameters. */
const COLUMNS: readonly Column[] = [
  always(TEXT, ({ entry }) => entry.accountId),
  always(BIGINT, ({ entry }) => entry.seq),
  always(TEXT, ({ entry }) => KIND_LETTERS[entry.kind]),
  always(BIGINT, ({ entry }) => entry.amount),
  always(BIGINT, ({ entry }) => entry.balanceAfter),
  always(TIMESTAMPTZ, ({ entry }) => entry.recordedAt),
  always(BYTEA, ({ entry }) => entry.hash),
  often(UUID, ({ entry, isOfOneGrant }) => (isOfOneGrant ? grantOf(entry) : null)),
  often(SAFE_INTEGER, ({ spend }) => spend?.salt ?? null),
  often(UUID, ({ spend }) => spend?.ownKey?.digest ?? null),
  often(TEXT, ({ spend }) => spend?.idempotencyKey ?? null),
  often(BIGINT, ({ spend }) => orNull(spend?.ownKey?.held)),
  often(BIGINT, ({ entry }) => orNull(entry.debt)),
  often(TIMESTAMPTZ, ({ entry }) => (isEffectiveAsRecorded(entry) ? null : entry.effectiveAt)),
  often(TEXT, ({ entry, isOfOneGrant }) => (isOfOneGrant ? null : grantsOf(entry))),
  often(TEXT, ({ entry, isOfOneGrant }) => (isOfOneGrant ? null : amountsOf(entry))),
  often(TEXT, ({ entry, spend }) => (spend === undefined ? entry.source.type : null)),
  often(TEXT, ({ entry, spend }) => (spend === undefined ? entry.source.id : null)),
  often(TEXT, ({ spend }) => spend?.holdId ?? null),
  often(TEXT, ({ spend }) => spend?.description ?? null),
  often(JSON_TEXT, ({ spend }) => metadataOf(spend)),
  often(TEXT, ({ entry }) => entry.reason),
  often(TEXT, ({ entry }) => entry.actor),
];

const FORMS = often(SMALLINT, ({ spend }) => (spend === undefined ? null : formOf(spend)));
const LINES = often(JSON_TEXT, ({ spend, undone }) => {
  if (undone !== undefined) return undoneText(undone);
  return spend?.usage === undefined ? null : usageText(spend.usage);
});

/** How the answer of a spend is made of its row; null for that of a plain spend. */
function formOf({ ownKey, usage }: NewSpend): number | null {
  if (ownKey === null) return null;
  if (ownKey.captureForm !== null) return ownKey.captureForm;
  if (usage === undefined) return null;
  return usage.event === undefined ? LINES_FORM : EVENT_FORM;
}

function orNull(amount: bigint | undefined): bigint | null {
  return amount === undefined || amount === 0n ? null : amount;
}

function isEffectiveAsRecorded({ effectiveAt, recordedAt }: Entry): boolean {
  return effectiveAt.getTime() === recordedAt.getTime();
}

function grantOf({ allocations }: Entry): Buffer | null {
  const [only] = allocations;
  return only === undefined ? null : bytesOfGrant(only.grantId);
}

/** As Postgres writes an array: `unnest` takes no arrays of arrays. */
function grantsOf({ allocations }: Entry): string | null {
  if (allocations.length === 0) return null;
  return `{${allocations.map(({ grantId }) => bytesOfGrant(grantId).toString('hex')).join(',')}}`;
}

function amountsOf({ allocations }: Entry): string | null {
  return allocations.length === 0 ? null : `{${allocations.map(({ amount }) => amount).join(',')}}`;
}

function metadataOf(spend: NewSpend | undefined): string | null {
  return spend === undefined || spend.metadata === null ? null : JSON.stringify(spend.metadata);
}
