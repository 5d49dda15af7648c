import { counterKeyOf, type Dimensions } from '../../rating/pricing/dimensions.js';
import { NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import { type Ratio, ZERO } from '../../rating/pricing/ratio.js';

/** A calendar month in UTC, such as `2026-11`. */
export type Month = string;

export const MONTH_LENGTH = '2026-11'.length;

const HOUR_MS = 3_600_000;

let lastHour = Number.NaN;
let lastMonth: Month = '';

/** The month of an instant of usage. Most usage is of the hour of the last that was asked for. */
export function monthOf(instant: Date): Month {
  const hour = Math.floor(instant.getTime() / HOUR_MS);
  if (hour !== lastHour) {
    lastMonth = instant.toISOString().slice(0, MONTH_LENGTH);
    lastHour = hour;
  }
  return lastMonth;
}

/** What an account has used of a meter and the match of a price, in a month: see `counterKeyOf`. */
export interface CounterName {
  readonly month: Month;
  readonly key: string;
}

/** The counters that lines move, each once. */
export function countersOf(
  month: Month,
  lines: readonly { meter: string; match: Dimensions }[],
): readonly CounterName[] {
  return countersUnder(
    month,
    lines.map(({ meter, match }) => counterKeyOf(meter, match)),
  );
}

let lastOne: readonly [CounterName] = [{ month: '', key: '' }];

/** The counters of a month under these keys, each once. Most usage that comes together moves the same one. */
export function countersUnder(month: Month, keys: readonly string[]): readonly CounterName[] {
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0) return [...new Set(keys)].map((each) => ({ month, key: each }));
  if (lastOne[0].key !== key || lastOne[0].month !== month) lastOne = [{ month, key }];
  return lastOne;
}

/**
 * What is known of the counters of an account: those that are kept with its balance, and those that were read from the
 * archive. What is neither is 0, unless it may be in the archive: then it has to be read before it is priced by.
 */
export interface KnownCounters {
  /** By month and key. */
  readonly used: Map<string, Quantity>;
  /** By key: they live across months. */
  readonly remainders: Map<string, Ratio>;
  /** The last month of which counters are in the archive; empty where none are. */
  archivedTo: Month;
  areRemaindersArchived: boolean;
  /** The names of both that are known from the archive, and are not kept with the balance. */
  archived: Set<string> | undefined;
}

export function noCounters(): KnownCounters {
  return {
    used: new Map(),
    remainders: new Map(),
    archivedTo: '',
    areRemaindersArchived: false,
    archived: undefined,
  };
}

/** What was used by a counter; undefined where it has to be read. An account of which nothing is known used nothing. */
export function usedBy(known: KnownCounters | undefined, { month, key }: CounterName): Quantity | undefined {
  if (known === undefined) return NO_QUANTITY;
  return known.used.get(nameOf(month, key)) ?? (month > known.archivedTo ? NO_QUANTITY : undefined);
}

/** The fraction that is carried under a key; undefined where it has to be read. */
export function carriedBy(known: KnownCounters | undefined, key: string): Ratio | undefined {
  if (known === undefined) return ZERO;
  return known.remainders.get(key) ?? (known.areRemaindersArchived ? undefined : ZERO);
}

export function isKnown(known: KnownCounters | undefined, name: CounterName): boolean {
  return usedBy(known, name) !== undefined && carriedBy(known, name.key) !== undefined;
}

export function nameOf(month: Month, key: string): string {
  return `${month} ${key}`;
}
