import { textArray } from '../../database/binary-array.js';
import { NO_QUANTITY, type Quantity, UNIT } from '../../rating/pricing/quantity.js';
import { ZERO } from '../../rating/pricing/ratio.js';
import type { SqlRunner } from '../sql-runner.js';
import { type CounterName, type KnownCounters, nameOf } from './known-counters.js';

/**
 * Of each meter that is asked for so many others are read as well, which the next spend may need. Where an account has
 * fewer remainders than this, all of those meters are known.
 */
const MOST_OF_METER = 128;

/** A counter of an account that a decision needs. */
export interface OwnedCounter extends CounterName {
  readonly accountId: string;
}

/** What the function `read_counters` returns: numbers as text. */
export interface CountersRead {
  readonly used: readonly UsedRow[] | null;
  readonly remainders: readonly RemainderRow[] | null;
}

interface UsedRow {
  readonly account_id: string;
  readonly meter_key: string;
  readonly match: string;
  readonly month: string;
  readonly used: string;
}

interface RemainderRow {
  readonly account_id: string;
  readonly meter_key: string;
  readonly match: string;
  readonly numerator: string;
  readonly denominator: string;
}

/** The meter and the match of a key, which are columns: no key of a meter has a blank (`counterKeyOf`). */
export function partsOfKey(key: string): { meter: string; match: string } {
  const end = key.indexOf(' ');
  return { meter: key.slice(0, end), match: key.slice(end + 1) };
}

/** The parameters of `read_counters`. */
export function countersAsked(counters: readonly OwnedCounter[]): Buffer[] {
  const parts = counters.map(({ accountId, month, key }) => ({ accountId, month, ...partsOfKey(key) }));
  return [
    textArray(parts.map(({ accountId }) => accountId)),
    textArray(parts.map(({ month }) => month)),
    textArray(parts.map(({ meter }) => meter)),
    textArray(parts.map(({ match }) => match)),
  ];
}

/** Counters that were asked for, and what was read. */
export interface CountersAsked {
  readonly asked: readonly OwnedCounter[];
  readonly read: CountersRead | null;
}

/**
 * Reads counters by themselves: behind the lock of their accounts, or from the snapshot that their books are read from.
 */
export async function readCounters(db: SqlRunner, asked: readonly OwnedCounter[]): Promise<CountersAsked> {
  const [row] = await db.query('select read_counters($1, $2, $3, $4) as counters', countersAsked(asked));
  return { asked, read: row.counters };
}

/** What is known by account of what was read: of what was asked for, what was not found is 0. */
export function knownCounters(reads: readonly CountersAsked[]): Map<string, KnownCounters> {
  const byAccount = new Map<string, KnownCounters>();
  const of = (accountId: string) => {
    const known = byAccount.get(accountId) ?? { used: new Map(), remainders: new Map() };
    byAccount.set(accountId, known);
    return known;
  };
  for (const { asked } of reads)
    for (const { accountId, month, key } of asked) {
      of(accountId).used.set(nameOf(month, key), NO_QUANTITY);
      of(accountId).remainders.set(key, ZERO);
    }
  for (const { read } of reads)
    for (const row of read?.remainders ?? [])
      of(row.account_id).remainders.set(keyOf(row), {
        numerator: BigInt(row.numerator),
        denominator: BigInt(row.denominator),
      });
  for (const { read } of reads)
    for (const row of read?.used ?? []) {
      const known = of(row.account_id);
      const areAllRemainders = known.remainders.size < MOST_OF_METER;
      known.used.set(nameOf(row.month, keyOf(row)), billionthsOf(row.used));
      if (areAllRemainders && !known.remainders.has(keyOf(row))) known.remainders.set(keyOf(row), ZERO);
    }
  return byAccount;
}

/** As `counterKeyOf` writes it. */
function keyOf({ meter_key, match }: { meter_key: string; match: string }): string {
  return `${meter_key} ${match}`;
}

/** Of decimal text of any length with nine digits behind its point. */
function billionthsOf(text: string): Quantity {
  const [whole = '', fraction = ''] = text.split('.');
  return (BigInt(whole) * UNIT + BigInt(fraction)) as Quantity;
}
