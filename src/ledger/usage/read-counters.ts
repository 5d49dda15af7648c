import { textArray } from '../../database/binary-array.js';
import { NO_QUANTITY, quantityOfText } from '../../rating/pricing/quantity.js';
import { ZERO } from '../../rating/pricing/ratio.js';
import type { SqlRunner } from '../sql-runner.js';
import { putAside } from './kept-counters.js';
import { type CounterName, type KnownCounters, MONTH_LENGTH, type Month, nameOf } from './known-counters.js';

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
interface CountersRead {
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

/** The month as well, of the name of a counter (`nameOf`). */
export function partsOfName(name: string): { month: Month; meter: string; match: string } {
  return { month: name.slice(0, MONTH_LENGTH), ...partsOfKey(name.slice(MONTH_LENGTH + 1)) };
}

/** The parameters of `read_counters`. */
function countersAsked(counters: readonly OwnedCounter[]): Buffer[] {
  const parts = counters.map(({ accountId, month, key }) => ({ accountId, month, ...partsOfKey(key) }));
  return [
    textArray(parts.map(({ accountId }) => accountId)),
    textArray(parts.map(({ month }) => month)),
    textArray(parts.map(({ meter }) => meter)),
    textArray(parts.map(({ match }) => match)),
  ];
}

/**
 * Reads counters of accounts from the archive into what is known of them: behind the lock of the accounts, or from the
 * snapshot that they are read from. What is kept with the balance stays as it is; of the others, what is not found is
 * 0.
 */
export async function readArchived(
  db: SqlRunner,
  asked: readonly OwnedCounter[],
  knownOf: (accountId: string) => KnownCounters,
): Promise<void> {
  const [row] = await db.query('select read_counters($1, $2, $3, $4) as counters', countersAsked(asked));
  const read: CountersRead = row.counters;
  for (const one of read.remainders ?? [])
    learn(knownOf(one.account_id), 'remainders', keyOf(one), {
      numerator: BigInt(one.numerator),
      denominator: BigInt(one.denominator),
    });
  for (const one of read.used ?? []) {
    const known = knownOf(one.account_id);
    const areAllRemainders = known.remainders.size < MOST_OF_METER;
    learn(known, 'used', nameOf(one.month, keyOf(one)), quantityOfText(one.used));
    if (areAllRemainders) learn(known, 'remainders', keyOf(one), ZERO);
  }
  for (const { accountId, month, key } of asked) {
    learn(knownOf(accountId), 'used', nameOf(month, key), NO_QUANTITY);
    learn(knownOf(accountId), 'remainders', key, ZERO);
  }
}

/** What is known already is kept with the balance, or was read before. */
function learn<K extends 'used' | 'remainders'>(
  known: KnownCounters,
  which: K,
  name: string,
  value: KnownCounters[K] extends Map<string, infer V> ? V : never,
): void {
  const map = known[which] as Map<string, typeof value>;
  if (map.has(name)) return;
  map.set(name, value);
  putAside(known, name);
}

/** As `counterKeyOf` writes it. */
function keyOf({ meter_key, match }: { meter_key: string; match: string }): string {
  return `${meter_key} ${match}`;
}
