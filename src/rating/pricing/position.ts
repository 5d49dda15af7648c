import { type Dimensions, matches, sizeOf } from './dimensions.js';
import { addQuantity, minQuantity, NO_QUANTITY, type Quantity, subtractQuantity } from './quantity.js';
import { type Ratio, ZERO } from './ratio.js';

/** Usage that a plan includes in one month of it. */
export interface Inclusion {
  readonly id: string;
  readonly meter: string;
  readonly match: Dimensions;
  /** What of it is left. */
  readonly left: Quantity;
}

/** What a line took of an inclusion. */
export interface IncludedPart {
  readonly inclusion: string;
  readonly quantity: Quantity;
}

/** Units of a month that a hold has to itself: where they begin, and how many are left. */
export interface Span {
  readonly from: Quantity;
  readonly left: Quantity;
}

/**
 * Where an account stands before usage is priced, for one calendar month (UTC) of usage. Counters and remainders are
 * kept for a meter and the match of a price (`counterKeyOf`), across versions; what is 0 is absent.
 */
export interface Position {
  /** What was used in the month so far, without what was included. */
  readonly used: ReadonlyMap<string, Quantity>;
  /** Credits by which the exact prices of rounding `carry` are ahead of what was charged; negative when behind. */
  readonly remainders: ReadonlyMap<string, Ratio>;
  readonly inclusions: readonly Inclusion[];
  /** What usage is counted in before the counter goes on: of a hold whose captures are priced. */
  readonly spans?: ReadonlyMap<string, Span>;
}

/** An account that has used nothing, and has nothing included. */
export const NO_POSITION: Position = { used: new Map(), remainders: new Map(), inclusions: [] };

export function usedOf({ used }: Position, key: string): Quantity {
  return used.get(key) ?? NO_QUANTITY;
}

export function remainderOf({ remainders }: Position, key: string): Ratio {
  return remainders.get(key) ?? ZERO;
}

export function withUsed(position: Position, key: string, quantity: Quantity): Position {
  return { ...position, used: changed(position.used, key, quantity, quantity === 0n) };
}

export function withRemainder(position: Position, key: string, remainder: Ratio): Position {
  return { ...position, remainders: changed(position.remainders, key, remainder, remainder.numerator === 0n) };
}

/** Counts a quantity: in the span first, which the counter holds already, and then on the counter. */
export function count(position: Position, key: string, quantity: Quantity): Position {
  const span = position.spans?.get(key);
  const within = withinOf(span, quantity);
  const beyond = subtractQuantity(quantity, within);
  const counted = beyond === 0n ? position : withUsed(position, key, addQuantity(usedOf(position, key), beyond));
  if (span === undefined) return counted;
  const rest = { from: addQuantity(span.from, within), left: subtractQuantity(span.left, within) };
  return { ...counted, spans: changed(position.spans ?? new Map(), key, rest, rest.left === 0n) };
}

/** What of a quantity lies in a span. */
export function withinOf(span: Span | undefined, quantity: Quantity): Quantity {
  return span === undefined ? NO_QUANTITY : minQuantity(span.left, quantity);
}

function changed<T>(map: ReadonlyMap<string, T>, key: string, value: T, isZero: boolean): ReadonlyMap<string, T> {
  const copy = new Map(map);
  if (isZero) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/**
 * Takes a quantity of usage from what is included for it, the most specific match first and then in the order of the
 * list. Returns what was taken of each.
 */
export function takeIncluded(
  position: Position,
  { meter, dimensions, quantity }: { meter: string; dimensions: Dimensions; quantity: Quantity },
): { included: IncludedPart[]; position: Position } {
  if (position.inclusions.length === 0) return { included: [], position };
  const fitting = position.inclusions
    .filter((inclusion) => inclusion.meter === meter && inclusion.left > 0n && matches(inclusion.match, dimensions))
    .sort((a, b) => sizeOf(b.match) - sizeOf(a.match));
  const included: IncludedPart[] = [];
  let rest = quantity;
  for (const { id, left } of fitting) {
    const taken = minQuantity(left, rest);
    if (taken === 0n) break;
    included.push({ inclusion: id, quantity: taken });
    rest = subtractQuantity(rest, taken);
  }
  return { included, position: moveInclusions(position, included, -1n) };
}

/** Gives back what was taken, to those of the inclusions that are in the position: lapsed ones have to be as well. */
export function returnIncluded(position: Position, included: readonly IncludedPart[]): Position {
  return moveInclusions(position, included, 1n);
}

function moveInclusions(position: Position, parts: readonly IncludedPart[], sign: 1n | -1n): Position {
  if (parts.length === 0) return position;
  const moves = new Map(parts.map(({ inclusion, quantity }) => [inclusion, sign * quantity]));
  const inclusions = position.inclusions.map((inclusion) => ({
    ...inclusion,
    left: (inclusion.left + (moves.get(inclusion.id) ?? 0n)) as Quantity,
  }));
  return { ...position, inclusions };
}

export function sumOfParts(parts: readonly IncludedPart[]): Quantity {
  return parts.reduce((sum, { quantity }) => sum + quantity, 0n) as Quantity;
}
