import { credits } from '../../../src/kernel/credits.js';
import type { Dimensions } from '../../../src/rating/pricing/dimensions.js';
import type { PricedLines, RateCard, UsageLine } from '../../../src/rating/pricing/price-lines.js';
import { type Quantity, quantityOf, quantityText } from '../../../src/rating/pricing/quantity.js';
import { toText } from '../../../src/rating/pricing/ratio.js';
import { type RatePrice, type RateTerms, toRateCard } from '../../../src/rating/rates/rate-version.js';

export const METER = 'pages';

export function quantity(value: string | number): Quantity {
  const read = quantityOf(value);
  if (read === undefined) throw new Error(`${value} is no quantity`);
  return read;
}

/** A version of the card of `pages`. */
export function aCard(prices: readonly RatePrice[], more: Partial<RateTerms> & { version?: number } = {}): RateCard {
  const { version = 1, rounding = 'up', minCredits = null, maxCredits = null } = more;
  return toRateCard({ version, prices, rounding, minCredits, maxCredits });
}

export function cardsOf(card: RateCard): ReadonlyMap<string, RateCard> {
  return new Map([[METER, card]]);
}

export function aLine(value: string | number, dimensions: Dimensions = {}): UsageLine {
  return { meter: METER, quantity: quantity(value), dimensions };
}

/** `quantity: price -> credits` of each line, as worked examples write it. */
export function shown({ lines }: PricedLines): string[] {
  return lines.map((line) => `${quantityText(line.quantity)}: ${toText(line.price)} -> ${line.credits}`);
}

/** Every card of tests has one price of these forms for all usage. */
export const perUnit = (credits: number, per = 1): RatePrice => ({ match: {}, credits, per });
export const perPackage = (credits: number, per: number): RatePrice => ({ match: {}, credits, per, whole: true });
export const tiered = (
  mode: 'graduated' | 'volume',
  by: 'request' | 'month',
  ...tiers: [upTo: string | null, credits: number, per?: number][]
): RatePrice => ({ match: {}, mode, by, tiers: tiers.map(([upTo, credits, per = 1]) => ({ upTo, credits, per })) });

export const inCredits = credits;
