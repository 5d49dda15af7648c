import { addCredits, type Credits, credits, MAX_REQUEST_CREDITS, NO_CREDITS } from '../../kernel/credits.js';
import { PriceOutOfRange, UsageNotPriced } from '../rating.problems.js';
import type { Dimensions } from './dimensions.js';
import {
  count,
  type IncludedPart,
  type Position,
  remainderOf,
  sumOfParts,
  takeIncluded,
  usedOf,
  withinOf,
  withRemainder,
} from './position.js';
import { exactPrice, isByMonth, type Price } from './price.js';
import type { PriceIndex } from './price-index.js';
import { type Quantity, subtractQuantity } from './quantity.js';
import { add, ceil, isLess, type Ratio, subtract, toText, whole, ZERO } from './ratio.js';

/** How fractions of a credit become whole ones: each line by itself, or carried on to the next. */
export const ROUNDINGS = ['up', 'carry'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** One meter with a quantity, as it was used. */
export interface UsageLine {
  readonly meter: string;
  readonly quantity: Quantity;
  readonly dimensions: Dimensions;
}

/** One version of a meter's rate card, ready to price usage. */
export interface RateCard {
  readonly version: number;
  readonly rounding: Rounding;
  /** The least and the most that a line costs before rounding; null for no limit. */
  readonly minCredits: Credits | null;
  readonly maxCredits: Credits | null;
  readonly prices: PriceIndex;
}

/** A line with all that it was priced by, so that it can be shown and undone without its card. */
export interface PricedLine extends UsageLine {
  readonly rateVersion: number;
  /** The match of its price. */
  readonly match: Dimensions;
  readonly rounding: Rounding;
  readonly included: readonly IncludedPart[];
  /** Credits that it costs exactly, within the limits of the card. */
  readonly price: Ratio;
  /** Credits that it is charged. */
  readonly credits: Credits;
}

export interface PricedLines {
  readonly lines: readonly PricedLine[];
  readonly credits: Credits;
  /** Where the account stands after them. */
  readonly position: Position;
}

/**
 * Prices the lines one after the other from where the account stands. Pure: whoever decides under the account's lock
 * reads the position there, and writes the one that is returned with the entry. `cards` has the version for each meter
 * that is in force at the time of the usage.
 * @throws UsageNotPriced, PriceOutOfRange
 */
export function priceLines(
  lines: readonly UsageLine[],
  cards: ReadonlyMap<string, RateCard>,
  position: Position,
): PricedLines {
  const priced: PricedLine[] = [];
  let [total, standing] = [NO_CREDITS, position];
  for (const line of lines) {
    const one = priceLine(line, cards.get(line.meter), standing);
    priced.push(one.line);
    total = addCredits(total, one.line.credits);
    standing = one.position;
    refuseTooDear(line.meter, whole(total));
  }
  return { lines: priced, credits: total, position: standing };
}

function priceLine(
  line: UsageLine,
  card: RateCard | undefined,
  before: Position,
): { line: PricedLine; position: Position } {
  const price = card?.prices.find(line.dimensions);
  if (card === undefined || price === undefined)
    throw new UsageNotPriced({
      meter: line.meter,
      dimensions: line.dimensions,
      rateVersion: card?.version ?? null,
    });
  const key = card.prices.keyOf(line.meter, price);
  const { included, position } = takeIncluded(before, line);
  const charged = subtractQuantity(line.quantity, sumOfParts(included));
  const exact = withinLimits(card, charged, () => priceAt(price, charged, position, key));
  refuseTooDear(line.meter, exact);
  const counted = count(position, key, charged);
  // What costs nothing by itself does not pay for what came before it either.
  const isCarried = card.rounding === 'carry' && charged > 0n;
  const round = isCarried ? carry(counted, key, exact) : { amount: ceil(exact), position: counted };
  return {
    line: {
      ...line,
      rateVersion: card.version,
      match: price.match,
      rounding: card.rounding,
      included,
      price: exact,
      credits: credits(round.amount),
    },
    position: round.position,
  };
}

/** The exact price between the limits of the card. What is not used, or included as a whole, costs nothing. */
function withinLimits({ minCredits, maxCredits }: RateCard, charged: Quantity, priceOf: () => Ratio): Ratio {
  if (charged === 0n) return ZERO;
  const exact = priceOf();
  if (minCredits !== null && isLess(exact, whole(minCredits))) return whole(minCredits);
  if (maxCredits !== null && isLess(whole(maxCredits), exact)) return whole(maxCredits);
  return exact;
}

/**
 * What a quantity costs from where the account stands: by the month, what lies in the span of a hold costs what it does
 * there, and the rest what it does behind all that the account has used.
 */
function priceAt(price: Price, quantity: Quantity, position: Position, key: string): Ratio {
  const used = usedOf(position, key);
  const span = position.spans?.get(key);
  const within = withinOf(span, quantity);
  if (span === undefined || within === 0n || !isByMonth(price)) return exactPrice(price, quantity, used);
  const inSpan = exactPrice(price, within, span.from);
  return within === quantity ? inSpan : add(inSpan, exactPrice(price, subtractQuantity(quantity, within), used));
}

/** Charges whole credits of all that was not charged yet, and keeps the rest, which is below 0 when rounded up. */
function carry(position: Position, key: string, exact: Ratio): { amount: bigint; position: Position } {
  const owed = add(remainderOf(position, key), exact);
  const amount = owed.numerator > 0n ? ceil(owed) : 0n;
  return { amount, position: withRemainder(position, key, subtract(owed, whole(amount))) };
}

function refuseTooDear(meter: string, price: Ratio): void {
  if (isLess(whole(BigInt(MAX_REQUEST_CREDITS)), price))
    throw new PriceOutOfRange({ meter, price: toText(price), maxCredits: MAX_REQUEST_CREDITS });
}
