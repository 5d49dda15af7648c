import { sorted } from '../pricing/dimensions.js';
import type { RatePrice } from '../rates/rate-version.js';

/** What a card says that another one did not; prices of one match side by side. */
export interface CardDifference {
  readonly added: readonly RatePrice[];
  readonly removed: readonly RatePrice[];
  readonly changed: readonly { readonly before: RatePrice; readonly after: RatePrice }[];
  readonly unchanged: number;
}

export function comparePrices(before: readonly RatePrice[], after: readonly RatePrice[]): CardDifference {
  const earlier = new Map(before.map((price) => [matchKey(price), price]));
  const kept = new Set(after.map(matchKey));
  const pairs = after.map((price) => ({ before: earlier.get(matchKey(price)), after: price }));
  const both = pairs.flatMap(({ before: was, after: is }) => (was === undefined ? [] : [{ before: was, after: is }]));
  const changed = both.filter((pair) => !isSame(pair.before, pair.after));
  return {
    added: pairs.filter((pair) => pair.before === undefined).map((pair) => pair.after),
    removed: before.filter((price) => !kept.has(matchKey(price))),
    changed,
    unchanged: both.length - changed.length,
  };
}

function matchKey({ match }: RatePrice): string {
  return JSON.stringify(sorted(match));
}

/** Whether two prices of one match cost the same; 3 for 1,000 is what 6 for 2,000 is. */
function isSame(a: RatePrice, b: RatePrice): boolean {
  if ('tiers' in a || 'tiers' in b) return false;
  const isAlike = (a.whole === true) === (b.whole === true) && (a.whole !== true || a.per === b.per);
  return isAlike && BigInt(a.credits) * BigInt(b.per) === BigInt(b.credits) * BigInt(a.per);
}
