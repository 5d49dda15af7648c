import { credits, toJsonInteger } from '../../kernel/credits.js';
import { type Dimensions, sorted } from '../pricing/dimensions.js';
import type { Price, Tier, TierMode, TierSpan } from '../pricing/price.js';
import { PriceIndex } from '../pricing/price-index.js';
import type { RateCard, Rounding, UsageLine } from '../pricing/price-lines.js';
import { NO_QUANTITY, quantityOf, quantityText } from '../pricing/quantity.js';

/** The most units that a price may be for. */
export const MAX_PER = 1_000_000_000_000;

/** Credits for `per` units; with `whole`, for every begun `per`. */
export interface UnitRate {
  readonly match: Dimensions;
  readonly credits: number;
  readonly per: number;
  readonly whole?: boolean;
}

export interface RateTier {
  /** Decimal text; null for the last tier. */
  readonly upTo: string | null;
  readonly credits: number;
  readonly per: number;
}

export interface TieredRate {
  readonly match: Dimensions;
  readonly tiers: readonly RateTier[];
  readonly mode: TierMode;
  readonly by: TierSpan;
}

/** One price as it is kept and shown: names of dimensions in their order, and everything said that may be left out. */
export type RatePrice = UnitRate | TieredRate;

/** What an owner decides in a version of a rate card. */
export interface RateTerms {
  readonly prices: readonly RatePrice[];
  readonly rounding: Rounding;
  readonly minCredits: number | null;
  readonly maxCredits: number | null;
}

/** A version of the rate card of a meter: numbered from 1, and never changed. */
export interface RateVersion extends RateTerms {
  readonly meter: string;
  readonly version: number;
  /** It prices what is used from here on, until another version begins. */
  readonly effectiveAt: Date;
  readonly recordedAt: Date;
}

/** Every `per` that the prices have. */
export function persOf(prices: readonly RatePrice[]): Set<number> {
  return new Set(prices.flatMap((price) => ('tiers' in price ? price.tiers.map(({ per }) => per) : [price.per])));
}

/** What of a version prices usage. It goes through JSON as it is. */
export type CardTerms = Omit<RateVersion, 'effectiveAt' | 'recordedAt'>;

/** Makes a version ready to price usage. */
export function toRateCard({ version, rounding, minCredits, maxCredits, prices }: Omit<CardTerms, 'meter'>): RateCard {
  return {
    version,
    rounding,
    minCredits: minCredits === null ? null : credits(minCredits),
    maxCredits: maxCredits === null ? null : credits(maxCredits),
    prices: new PriceIndex(prices.map(toPrice)),
  };
}

function toPrice(price: RatePrice): Price {
  const match = sorted(price.match);
  if ('tiers' in price) return { match, form: { kind: price.mode, by: price.by, tiers: price.tiers.map(toTier) } };
  const kind = price.whole === true ? 'package' : 'per_unit';
  return { match, form: { kind, credits: BigInt(price.credits), per: BigInt(price.per) } };
}

function toTier({ upTo, credits: amount, per }: RateTier): Tier {
  return {
    upTo: upTo === null ? null : (quantityOf(upTo) ?? NO_QUANTITY),
    credits: BigInt(amount),
    per: BigInt(per),
  };
}

/**
 * The terms of the cards that price some lines, with no more of their prices than those: the inverse of `cardsOf`, for
 * who prices elsewhere. A price that wins among all wins among these.
 */
export function termsOf(
  cards: ReadonlyMap<string, RateCard>,
  lines: readonly Pick<UsageLine, 'meter' | 'dimensions'>[],
): CardTerms[] {
  return [...cards].map(([meter, { version, rounding, minCredits, maxCredits, prices }]) => {
    const own = lines.filter((line) => line.meter === meter);
    const needed = new Set(own.map(({ dimensions }) => prices.find(dimensions)).filter((price) => price !== undefined));
    return {
      meter,
      version,
      rounding,
      minCredits: minCredits === null ? null : toJsonInteger(minCredits),
      maxCredits: maxCredits === null ? null : toJsonInteger(maxCredits),
      prices: [...needed].map(toRatePrice),
    };
  });
}

/** The cards that terms were made of, by meter. */
export function cardsOf(terms: readonly CardTerms[]): ReadonlyMap<string, RateCard> {
  return new Map(terms.map((card) => [card.meter, toRateCard(card)]));
}

function toRatePrice({ match, form }: Price): RatePrice {
  if ('tiers' in form) return { match, mode: form.kind, by: form.by, tiers: form.tiers.map(toRateTier) };
  const rate = { match, credits: Number(form.credits), per: Number(form.per) };
  return form.kind === 'package' ? { ...rate, whole: true } : rate;
}

function toRateTier({ upTo, credits: amount, per }: Tier): RateTier {
  return { upTo: upTo === null ? null : quantityText(upTo), credits: Number(amount), per: Number(per) };
}
