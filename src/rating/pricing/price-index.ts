import { counterKeyOf, type Dimensions } from './dimensions.js';
import type { Price } from './price.js';

/** What is kept for a match, and where in the list that it came from. */
interface Indexed<T> {
  readonly match: Dimensions;
  readonly item: T;
}

/** Matches that name the same dimensions, by their values. */
export interface MatchGroup<T> {
  /** In the order of their characters. */
  readonly names: readonly string[];
  readonly byValues: Map<string, Indexed<T>>;
}

/** The values of some dimensions as one text. No value holds the character between them: Postgres takes none. */
export function valuesOf(names: readonly string[], valueFor: (name: string) => string | undefined): string {
  let text = '';
  for (const name of names) text += `${valueFor(name) ?? ''}\0`;
  return text;
}

/**
 * Matches by what they name, those that name the most first. Of two that are equal the first stays, and `onTwin` hears
 * of both.
 */
export function groupMatches<T>(
  items: readonly T[],
  matchOf: (item: T) => Dimensions,
  onTwin: (first: T, second: T) => void = () => undefined,
): MatchGroup<T>[] {
  const groups = new Map<string, MatchGroup<T>>();
  for (const item of items) {
    const match = matchOf(item);
    const names = Object.keys(match).sort();
    const key = names.join('\0');
    const group = groups.get(key) ?? { names, byValues: new Map() };
    groups.set(key, group);
    const values = valuesOf(names, (name) => match[name]);
    const twin = group.byValues.get(values);
    if (twin === undefined) group.byValues.set(values, { match, item });
    else onTwin(twin.item, item);
  }
  return [...groups.values()].sort((a, b) => b.names.length - a.names.length);
}

/** The prices of the card of one meter, found with one look for each set of dimensions that any of them names. */
export class PriceIndex {
  private readonly groups: readonly MatchGroup<Price>[];
  private readonly keys = new Map<Price, string>();

  constructor(readonly prices: readonly Price[]) {
    this.groups = groupMatches(prices, ({ match }) => match);
  }

  /** The price that names the most dimensions of the usage; undefined when none matches. */
  find(usage: Dimensions): Price | undefined {
    for (const { names, byValues } of this.groups) {
      if (names.some((name) => usage[name] === undefined)) continue;
      const found = byValues.get(valuesOf(names, (name) => usage[name]));
      if (found !== undefined) return found.item;
    }
    return undefined;
  }

  /** What an account's counters of one of the prices are kept under, as `counterKeyOf` makes it: made once. */
  keyOf(meter: string, price: Price): string {
    let key = this.keys.get(price);
    if (key === undefined) {
      key = counterKeyOf(meter, price.match);
      this.keys.set(price, key);
    }
    return key;
  }
}
