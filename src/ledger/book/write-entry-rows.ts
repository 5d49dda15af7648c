import type { Statement } from '../../database/batches.js';
import {
  bigintArray,
  byteaArray,
  jsonArray,
  textArray,
  timestamptzArray,
  uuidArray,
} from '../../database/binary-array.js';
import type { Book } from './book.js';
import { balancesOf, callOf, changedGrantsOf, holdsChangedOf } from './changed-rows.js';
import { bytesOfGrant, KIND_LETTERS } from './entry-rows.js';
import type { Entry, NewSpend } from './model.js';

/**
 * The form of an entry in one row, which holds what is known of its spend, and the key of that, as well. The function
 * `write_entry_rows` fails with SQLSTATE SC002, and writes nothing, when a balance is no longer as it was found, or
 * when `areKeysUnread` and a key is known.
 */
export function writeEntryRows(books: readonly Book[], areKeysUnread: boolean): Statement {
  const rows = books.flatMap(rowsOfBook);
  const column = <T>(pick: (row: NewRow) => T | null) => filled(rows.map(pick));
  return callOf('write_entry_rows', [
    areKeysUnread,
    ...balancesOf(books),
    ...holdsChangedOf(books),

    textArray(rows.map(({ entry }) => entry.accountId)),
    bigintArray(rows.map(({ entry }) => entry.seq)),
    textArray(rows.map(({ entry }) => KIND_LETTERS[entry.kind])),
    bigintArray(rows.map(({ entry }) => entry.amount)),
    bigintArray(rows.map(({ entry }) => entry.balanceAfter)),
    timestamptzArray(rows.map(({ entry }) => entry.recordedAt)),
    byteaArray(rows.map(({ entry }) => entry.hash)),
    uuidArray(column(({ entry, isOfOneGrant }) => (isOfOneGrant ? grantOf(entry) : null))),
    bigintArray(column(({ spend }) => (spend === undefined ? null : BigInt(spend.salt)))),
    uuidArray(column(({ spend }) => spend?.ownKey?.digest ?? null)),
    textArray(column(({ spend }) => spend?.idempotencyKey ?? null)),
    bigintArray(column(({ spend }) => orNull(spend?.ownKey?.held))),
    bigintArray(column(({ entry }) => orNull(entry.debt))),
    timestamptzArray(column(({ entry }) => (isEffectiveAsRecorded(entry) ? null : entry.effectiveAt))),
    textArray(column(({ entry, isOfOneGrant }) => (isOfOneGrant ? null : grantsOf(entry)))),
    textArray(column(({ entry, isOfOneGrant }) => (isOfOneGrant ? null : amountsOf(entry)))),
    textArray(column(({ entry, spend }) => (spend === undefined ? entry.source.type : null))),
    textArray(column(({ entry, spend }) => (spend === undefined ? entry.source.id : null))),
    textArray(column(({ spend }) => spend?.holdId ?? null)),
    textArray(column(({ spend }) => spend?.description ?? null)),
    jsonArray(column(({ spend }) => metadataOf(spend))),
    textArray(column(({ entry }) => entry.reason)),
    textArray(column(({ entry }) => entry.actor)),

    ...changedGrantsOf(books),
  ]);
}

interface NewRow {
  entry: Entry;
  /** Of an entry of that kind. */
  spend: NewSpend | undefined;
  /** Whether all of it was taken from one grant, or put into it. */
  isOfOneGrant: boolean;
}

function rowsOfBook({ newEntries, newSpends }: Book): NewRow[] {
  // Both stand in the order in which they were decided.
  const spends = newSpends.values();
  return newEntries.map((entry) => {
    const spend = entry.kind === 'spend' ? spends.next().value : undefined;
    return { entry, spend, isOfOneGrant: entry.debt === 0n && entry.allocations.length === 1 };
  });
}

/** A column in which nothing stands is not sent: `unnest` fills it up with nulls. */
function filled<T>(values: readonly (T | null)[]): readonly (T | null)[] {
  return values.some((value) => value !== null) ? values : [];
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
