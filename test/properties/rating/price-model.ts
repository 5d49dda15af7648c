import type { Dimensions } from '../../../src/rating/pricing/dimensions.js';
import type { TieredRate, UnitRate } from '../../../src/rating/rates/rate-version.js';

/**
 * Prices as a person would work them out: in steps of half a unit, one after the other, with amounts as whole numbers
 * of one fixed part of a credit, which is small enough for every price of the property. Knows nothing of rationals, of
 * an index of prices, or of how tiers are cut.
 */

/** How many steps one unit has. Quantities and ends of tiers are whole numbers of steps. */
export const STEPS = 2;
/** How many parts a credit has: what all values of `per` below, times the steps, divide. */
export const PARTS = 2n * 2n * 3n * 5n * 7n * 1000n;
export const PERS = [1, 2, 3, 5, 7, 1000];

export type ModelPrice = UnitRate | TieredRate;

export interface ModelCard {
  prices: ModelPrice[];
  rounding: 'up' | 'carry';
  minCredits: number | null;
  maxCredits: number | null;
}

export interface ModelLine {
  steps: number;
  dimensions: Dimensions;
}

export interface ModelCharge {
  /** Of the price, under which used steps and remainders are kept. */
  key: string;
  credits: bigint;
  parts: bigint;
  includedSteps: number;
}

export class PriceModel {
  readonly used = new Map<string, number>();

  /** Remainders are in parts of a credit: those of other months as well, where they are handed in. */
  constructor(
    readonly inclusions: { match: Dimensions; steps: number }[],
    readonly remainders = new Map<string, bigint>(),
  ) {}

  charge(card: ModelCard, line: ModelLine): ModelCharge | 'not-priced' {
    const fits = (match: Dimensions) => Object.entries(match).every(([name, value]) => line.dimensions[name] === value);
    const size = (match: Dimensions) => Object.keys(match).length;
    const fitting = card.prices.filter(({ match }) => fits(match)).sort((a, b) => size(b.match) - size(a.match));
    const price = fitting[0];
    if (price === undefined) return 'not-priced';
    const key = keyOf(price.match);
    let charged = 0;
    for (let step = 0; step < line.steps; step += 1) if (!this.take(fits, size)) charged += 1;
    const includedSteps = line.steps - charged;
    const used = this.used.get(key) ?? 0;
    this.used.set(key, used + charged);
    if (charged === 0) return { key, credits: 0n, parts: 0n, includedSteps };
    const parts = clamped(card, partsOf(price, charged, used));
    if (card.rounding === 'up') return { key, credits: roundedUp(parts), parts, includedSteps };
    const owed = (this.remainders.get(key) ?? 0n) + parts;
    const credits = owed <= 0n ? 0n : roundedUp(owed);
    this.remainders.set(key, owed - credits * PARTS);
    return { key, credits, parts, includedSteps };
  }

  /** Takes one step of what is included; false when nothing is left for it. */
  private take(fits: (match: Dimensions) => boolean, size: (match: Dimensions) => number): boolean {
    let best: (typeof this.inclusions)[number] | undefined;
    for (const one of this.inclusions)
      if (one.steps > 0 && fits(one.match) && (best === undefined || size(one.match) > size(best.match))) best = one;
    if (best === undefined) return false;
    best.steps -= 1;
    return true;
  }
}

/** What used steps and remainders of a match are kept under. */
export function keyOf(match: Dimensions): string {
  return JSON.stringify(Object.entries(match).sort());
}

function partsOf(price: ModelPrice, steps: number, used: number): bigint {
  if (!('tiers' in price)) {
    if (price.whole !== true) return stepsAt(price, steps);
    let credits = 0n;
    for (let covered = 0; covered < steps; covered += price.per * STEPS) credits += BigInt(price.credits);
    return credits * PARTS;
  }
  const before = price.by === 'month' ? used : 0;
  const tierOf = (total: number) => {
    const tier = price.tiers.find(({ upTo }) => upTo === null || total <= Number(upTo) * STEPS);
    if (tier === undefined) throw new Error('the last tier has no end');
    return tier;
  };
  if (price.mode === 'volume') return stepsAt(tierOf(before + steps), steps);
  let parts = 0n;
  for (let step = 1; step <= steps; step += 1) parts += stepsAt(tierOf(before + step), 1);
  return parts;
}

function stepsAt({ credits, per }: { credits: number; per: number }, steps: number): bigint {
  return (BigInt(credits) * BigInt(steps) * PARTS) / BigInt(per * STEPS);
}

function roundedUp(parts: bigint): bigint {
  return (parts + PARTS - 1n) / PARTS;
}

function clamped({ minCredits, maxCredits }: ModelCard, parts: bigint): bigint {
  if (minCredits !== null && parts < BigInt(minCredits) * PARTS) return BigInt(minCredits) * PARTS;
  if (maxCredits !== null && parts > BigInt(maxCredits) * PARTS) return BigInt(maxCredits) * PARTS;
  return parts;
}
