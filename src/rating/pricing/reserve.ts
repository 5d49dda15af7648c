import { counterKeyOf } from './dimensions.js';
import {
  type Inclusion,
  type Position,
  remainderOf,
  returnIncluded,
  type Span,
  sumOfParts,
  usedOf,
  withRemainder,
  withUsed,
} from './position.js';
import { type PricedLine, type PricedLines, priceLines, type RateCard, type UsageLine } from './price-lines.js';
import { NO_QUANTITY, type Quantity, subtractQuantity } from './quantity.js';
import { add, isLess, type Ratio, subtract, ZERO } from './ratio.js';

/** What a hold counts on of a remainder. */
export interface Fraction {
  /** By how much it has raised the remainder: nobody else counts on that. */
  readonly taken: Ratio;
  /** What it is still expected to cost, exactly. */
  readonly price: Ratio;
}

/**
 * What a hold keeps to itself of where its account stands, under the keys of counters. Its captures are priced from
 * there, and all others as if it had been used; what is left of it comes back when the hold ends.
 */
export interface Reserved {
  readonly spans: ReadonlyMap<string, Span>;
  /** Of rounding `carry`. */
  readonly fractions: ReadonlyMap<string, Fraction>;
  /** What is left to the hold of each. */
  readonly inclusions: readonly Inclusion[];
}

export const NOTHING_RESERVED: Reserved = { spans: new Map(), fractions: new Map(), inclusions: [] };

/** The keys of the counters that a hold has moved. */
export function keysOf({ spans, fractions }: Reserved): string[] {
  if (fractions.size === 0) return [...spans.keys()];
  return [...new Set([...spans.keys(), ...fractions.keys()])];
}

/**
 * Reserves what lines were priced by, which is an estimate. Returns where the account stands then: counters have risen,
 * and what was included is taken, as if it had been used. Of a fraction that it carries, only as much is taken as
 * lets the lines cost less: what rounding up adds is held, and is nobody's before it is charged.
 */
export function reserve(
  { lines, position: after }: PricedLines,
  before: Position,
): { reserved: Reserved; position: Position } {
  const spans = new Map<string, Span>();
  for (const { meter, match } of lines) {
    const key = counterKeyOf(meter, match);
    const from = usedOf(before, key);
    const left = subtractQuantity(usedOf(after, key), from);
    if (left > 0n) spans.set(key, { from, left });
  }
  const fractions = new Map<string, Fraction>();
  let position = after;
  for (const [key, price] of carriedPrices(lines)) {
    const remainder = remainderOf(before, key);
    const raised = least(add(remainder, price), ZERO);
    fractions.set(key, { taken: subtract(raised, remainder), price });
    position = withRemainder(position, key, raised);
  }
  return { reserved: { spans, fractions, inclusions: takenOf(lines, before.inclusions) }, position };
}

/** Gives back what is left to a hold. The position has all inclusions that the hold has of, lapsed or not. */
export function giveBackReserved({ spans, fractions, inclusions }: Reserved, before: Position): Position {
  let position = before;
  for (const [key, { left }] of spans)
    position = withUsed(position, key, subtractQuantity(usedOf(position, key), left));
  for (const [key, { taken }] of fractions)
    position = withRemainder(position, key, subtract(remainderOf(position, key), taken));
  return returnIncluded(
    position,
    inclusions.map(({ id, left }) => ({ inclusion: id, quantity: left })),
  );
}

/** Lines that a hold was captured by, with what is left to it, and where the account stands after them. */
export interface Captured extends PricedLines {
  readonly reserved: Reserved;
}

/**
 * Prices what a hold is captured by from what it has reserved; what goes beyond that, as for any other usage of this
 * moment. With rounding `carry` what it was expected to cost is never charged more than it was expected to be, however
 * many captures it comes in and whatever else is used meanwhile: what others owe to a remainder is left to others.
 * @throws UsageNotPriced, PriceOutOfRange
 */
export function priceCapture(
  lines: readonly UsageLine[],
  cards: ReadonlyMap<string, RateCard>,
  before: Position,
  reserved: Reserved,
): Captured {
  let standing: Position = {
    ...before,
    spans: reserved.spans,
    inclusions: withReserved(before.inclusions, reserved.inclusions),
  };
  for (const [key, { taken }] of reserved.fractions)
    standing = withRemainder(standing, key, subtract(least(remainderOf(before, key), ZERO), taken));
  const priced = priceLines(lines, cards, standing);
  const { spans = NOTHING_RESERVED.spans, ...after } = priced.position;
  const fractions = countOn(priced, before, reserved.fractions);
  const inclusions = stillReserved(priced.lines, before.inclusions, { reserved, after: after.inclusions });
  return {
    ...priced,
    position: { ...after, remainders: fractions.position.remainders, inclusions: inclusions.account },
    reserved: { spans, fractions: fractions.left, inclusions: inclusions.left },
  };
}

/** The remainders after a capture, and what the hold counts on of them for the rest of what it was expected to cost. */
function countOn(
  { lines, position: after }: PricedLines,
  before: Position,
  fractions: ReadonlyMap<string, Fraction>,
): { position: Position; left: ReadonlyMap<string, Fraction> } {
  if (fractions.size === 0) return { position: after, left: fractions };
  const captured = carriedPrices(lines);
  const left = new Map<string, Fraction>();
  let position = after;
  for (const [key, fraction] of fractions) {
    const found = remainderOf(before, key);
    const price = captured.get(key);
    if (price === undefined) {
      left.set(key, fraction);
      position = withRemainder(position, key, found);
      continue;
    }
    const remainder = remainderOf(after, key);
    const rest = greatest(subtract(fraction.price, price), ZERO);
    const taken = least(rest, subtract(ZERO, remainder));
    if (rest.numerator > 0n) left.set(key, { taken, price: rest });
    const owedByOthers = greatest(found, ZERO);
    position = withRemainder(position, key, add(add(remainder, taken), owedByOthers));
  }
  return { position, left };
}

/** What lines cost exactly that are carried, by the keys of their remainders; without those that were all included. */
function carriedPrices(lines: readonly PricedLine[]): Map<string, Ratio> {
  const prices = new Map<string, Ratio>();
  for (const { meter, match, rounding, quantity, included, price } of lines) {
    if (rounding !== 'carry' || quantity === sumOfParts(included)) continue;
    const key = counterKeyOf(meter, match);
    prices.set(key, add(prices.get(key) ?? ZERO, price));
  }
  return prices;
}

/** What lines have taken of inclusions. */
function takenOf(lines: readonly PricedLine[], inclusions: readonly Inclusion[]): readonly Inclusion[] {
  if (inclusions.length === 0) return inclusions;
  const taken = quantitiesTaken(lines);
  return inclusions.flatMap((inclusion) => {
    const left = taken.get(inclusion.id);
    return left === undefined ? [] : [{ ...inclusion, left }];
  });
}

function quantitiesTaken(lines: readonly PricedLine[]): Map<string, Quantity> {
  const taken = new Map<string, Quantity>();
  for (const { included } of lines)
    for (const { inclusion, quantity } of included)
      taken.set(inclusion, ((taken.get(inclusion) ?? NO_QUANTITY) + quantity) as Quantity);
  return taken;
}

/** What a hold has of inclusions, also of those that have lapsed for all others, before those that it has none of. */
function withReserved(inclusions: readonly Inclusion[], reserved: readonly Inclusion[]): readonly Inclusion[] {
  if (reserved.length === 0) return inclusions;
  const others = new Map(inclusions.map((inclusion) => [inclusion.id, inclusion]));
  const own = reserved.map((inclusion) => {
    const left = (inclusion.left + (others.get(inclusion.id)?.left ?? NO_QUANTITY)) as Quantity;
    others.delete(inclusion.id);
    return { ...inclusion, left };
  });
  return [...own, ...others.values()];
}

/** Lines take what the hold has of an inclusion first: what is left of that, and of what the account has besides. */
function stillReserved(
  lines: readonly PricedLine[],
  before: readonly Inclusion[],
  { reserved, after }: { reserved: Reserved; after: readonly Inclusion[] },
): { left: readonly Inclusion[]; account: readonly Inclusion[] } {
  if (after.length === 0) return { left: after, account: after };
  const taken = quantitiesTaken(lines);
  const left = reserved.inclusions.flatMap((inclusion) => {
    const rest = (inclusion.left - (taken.get(inclusion.id) ?? NO_QUANTITY)) as Quantity;
    return rest > 0n ? [{ ...inclusion, left: rest }] : [];
  });
  const kept = new Map(left.map((inclusion) => [inclusion.id, inclusion.left]));
  const ids = new Set(before.map(({ id }) => id));
  const account = after
    .filter(({ id }) => ids.has(id))
    .map((inclusion) => ({
      ...inclusion,
      left: subtractQuantity(inclusion.left, kept.get(inclusion.id) ?? NO_QUANTITY),
    }));
  return { left, account };
}

function least(a: Ratio, b: Ratio): Ratio {
  return isLess(b, a) ? b : a;
}

function greatest(a: Ratio, b: Ratio): Ratio {
  return isLess(a, b) ? b : a;
}
