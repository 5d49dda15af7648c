import { counterKeyOf, type Dimensions } from '../../rating/pricing/dimensions.js';
import type { Quantity } from '../../rating/pricing/quantity.js';
import type { Ratio } from '../../rating/pricing/ratio.js';

/** A calendar month in UTC, such as `2026-11`. */
export type Month = string;

/** The month of an instant of usage. */
export function monthOf(instant: Date): Month {
  return instant.toISOString().slice(0, 7);
}

/** What an account has used of a meter and the match of a price, in a month: see `counterKeyOf`. */
export interface CounterName {
  readonly month: Month;
  readonly key: string;
}

/** The counters that lines move, each once. */
export function countersOf(month: Month, lines: readonly { meter: string; match: Dimensions }[]): CounterName[] {
  const keys = new Set(lines.map(({ meter, match }) => counterKeyOf(meter, match)));
  return [...keys].map((key) => ({ month, key }));
}

/** What is known of the counters of an account, 0 among it: what is not known has to be read before it is priced by. */
export interface KnownCounters {
  /** By month and key. */
  readonly used: Map<string, Quantity>;
  /** By key: they live across months. */
  readonly remainders: Map<string, Ratio>;
}

/** Whether all of these are known. */
export function areKnown(known: KnownCounters | undefined, names: readonly CounterName[]): boolean {
  return names.every(({ month, key }) => known?.used.has(nameOf(month, key)) === true && known.remainders.has(key));
}

/** Forgets all but so many counters, those first that were not moved for longest. */
export function forgetAllBut(most: number, { used, remainders }: KnownCounters): void {
  for (const map of [used, remainders])
    for (const name of map.keys()) {
      if (map.size <= most) break;
      map.delete(name);
    }
}

export function nameOf(month: Month, key: string): string {
  return `${month} ${key}`;
}
