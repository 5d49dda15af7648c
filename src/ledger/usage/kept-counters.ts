import { type Quantity, quantityOfText, quantityText } from '../../rating/pricing/quantity.js';
import { fromFraction, type Ratio, toFraction } from '../../rating/pricing/ratio.js';
import { type KnownCounters, MONTH_LENGTH, type Month, noCounters } from './known-counters.js';

/**
 * How much the row of a balance keeps of counters, and of remainders, in characters: some ten of either. Both together
 * leave the row below the two kilobytes from which Postgres would store it in parts.
 */
const MAX_KEPT_LENGTH = 800;
/** What JSON puts around a name and its value, and within them. */
const AROUND = 16;
/** Of a quantity as text, unless it is very large. */
const QUANTITY_LENGTH = 16;
/** How many counters from the archive a book remembers. */
const MAX_ARCHIVED = 64;

/** What the row of a balance keeps of counters, as JSON. What is empty is left out. */
export interface UsageRow {
  /** By month and key, as decimal text. */
  readonly used?: Readonly<Record<string, string>>;
  /** By key: see `toFraction`. */
  readonly remainders?: Readonly<Record<string, string>>;
  /** See `KnownCounters`. */
  readonly archivedTo?: Month;
  readonly areRemaindersArchived?: true;
}

/** Counters of an account under their names that are put into the archive. */
export interface ArchivedCounters {
  readonly used: Map<string, Quantity>;
  readonly remainders: Map<string, Ratio>;
}

/** What is known by the row of a balance; undefined where the account has never used anything. */
export function knownByRow(row: UsageRow | null): KnownCounters | undefined {
  if (row === null) return undefined;
  const known = noCounters();
  for (const name in row.used) known.used.set(name, quantityOfText(row.used[name] ?? ''));
  for (const key in row.remainders) known.remainders.set(key, fromFraction(row.remainders[key] ?? ''));
  known.archivedTo = row.archivedTo ?? '';
  known.areRemaindersArchived = row.areRemaindersArchived ?? false;
  return known;
}

/** The row that `knownByRow` reads. */
export function rowText({ used, remainders, archived, ...known }: KnownCounters): string {
  const parts: string[] = [];
  const add = <T>(name: string, map: ReadonlyMap<string, T>, textOf: (value: T) => string) => {
    let text = '';
    for (const [key, value] of map)
      if (archived?.has(key) !== true) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:"${textOf(value)}"`;
    if (text !== '') parts.push(`"${name}":{${text}}`);
  };
  add('used', used, quantityText);
  add('remainders', remainders, toFraction);
  if (known.archivedTo !== '') parts.push(`"archivedTo":"${known.archivedTo}"`);
  if (known.areRemaindersArchived) parts.push('"areRemaindersArchived":true');
  return `{${parts.join(',')}}`;
}

/**
 * Puts into the archive what the row has no room for, what was moved last staying longest, and counters of months
 * before the last two: usage hardly comes that late.
 */
export function archiveWhatIsBeyond(known: KnownCounters, archive: ArchivedCounters): void {
  const { used, remainders } = known;
  const oldest = used.size < 2 ? '' : monthBefore(lastMonth(used));
  const lengthOfUsed = (_: Quantity, name: string) =>
    name.slice(0, MONTH_LENGTH) < oldest ? Number.POSITIVE_INFINITY : QUANTITY_LENGTH;
  for (const [name, count] of beyond(used, known, lengthOfUsed)) {
    archive.used.set(name, count);
    putAside(known, name);
    const month = name.slice(0, MONTH_LENGTH);
    if (month > known.archivedTo) known.archivedTo = month;
  }
  for (const [key, remainder] of beyond(remainders, known, (value) => toFraction(value).length)) {
    archive.remainders.set(key, remainder);
    putAside(known, key);
    known.areRemaindersArchived = true;
  }
}

/** Forgets what was read from the archive, or put there, but for so many of what was last. */
export function forgetArchived(known: KnownCounters): void {
  const { archived } = known;
  if (archived === undefined) return;
  for (const name of archived) {
    if (archived.size <= MAX_ARCHIVED) return;
    archived.delete(name);
    known.used.delete(name);
    known.remainders.delete(name);
  }
}

/** From now on it is known from the archive alone. */
export function putAside(known: KnownCounters, name: string): void {
  known.archived ??= new Set();
  known.archived.add(name);
}

/** What is kept with the balance and can't stay there. */
function beyond<T>(
  map: ReadonlyMap<string, T>,
  { archived }: KnownCounters,
  lengthOf: (value: T, name: string) => number,
): [name: string, value: T][] {
  let left = MAX_KEPT_LENGTH;
  for (const [name, value] of map)
    if (archived?.has(name) !== true) left -= name.length + AROUND + lengthOf(value, name);
  if (left >= 0) return [];
  left = MAX_KEPT_LENGTH;
  return [...map].reverse().filter(([name, value]) => {
    if (archived?.has(name) === true) return false;
    const length = name.length + AROUND + lengthOf(value, name);
    if (length > left) return true;
    left -= length;
    return false;
  });
}

function lastMonth(used: ReadonlyMap<string, unknown>): Month {
  let last = '';
  for (const name of used.keys()) if (name > last) last = name.slice(0, MONTH_LENGTH);
  return last;
}

function monthBefore(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${`${number - 1}`.padStart(2, '0')}`;
}
