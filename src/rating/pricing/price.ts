import { invariant } from '../../kernel/invariant.js';
import type { Dimensions } from './dimensions.js';
import { NO_QUANTITY, type Quantity, UNIT } from './quantity.js';
import { add, ceilDivide, type Ratio, ratio, whole, ZERO } from './ratio.js';

/** What tiers look at: the quantity of the line, or what the account has used in the calendar month as well. */
export const TIER_SPANS = ['request', 'month'] as const;
export type TierSpan = (typeof TIER_SPANS)[number];

export const TIER_MODES = ['graduated', 'volume'] as const;
export type TierMode = (typeof TIER_MODES)[number];

/** `credits * quantity / per`. */
interface PerUnit {
  readonly kind: 'per_unit';
  readonly credits: bigint;
  readonly per: bigint;
}

/** Every begun `per` costs `credits`. */
interface Package {
  readonly kind: 'package';
  readonly credits: bigint;
  readonly per: bigint;
}

export interface Tier {
  /** The most that the tier holds, itself included; null for the last, which has no end. */
  readonly upTo: Quantity | null;
  readonly credits: bigint;
  readonly per: bigint;
}

/** Graduated: each part of a quantity at its tier's price. Volume: all of it at that of the tier of the total. */
interface Tiered {
  readonly kind: TierMode;
  readonly by: TierSpan;
  readonly tiers: readonly Tier[];
}

/** One price of a rate card. */
export interface Price {
  /** The dimensions that usage must have; all usage has those of `{}`. */
  readonly match: Dimensions;
  readonly form: PerUnit | Package | Tiered;
}

/**
 * What a quantity costs in credits, exactly, before limits and rounding. `used` is what the account has used in the
 * month before it, for prices that count by month.
 */
export function exactPrice({ form }: Price, quantity: Quantity, used: Quantity): Ratio {
  if (form.kind === 'per_unit') return atRate(form, quantity);
  if (form.kind === 'package') return whole(form.credits * ceilDivide(quantity, form.per * UNIT));
  const from = form.by === 'month' ? used : NO_QUANTITY;
  return form.kind === 'graduated' ? graduated(form.tiers, from, from + quantity) : volume(form.tiers, from, quantity);
}

/** Whether what a quantity costs depends on what was used in the month before it. */
export function isByMonth({ form }: Price): boolean {
  return 'by' in form && form.by === 'month';
}

function atRate({ credits, per }: Pick<PerUnit, 'credits' | 'per'>, quantity: bigint): Ratio {
  return ratio(credits * quantity, per * UNIT);
}

/** What lies behind `from`, up to `to`, each part at the price of its tier. */
function graduated(tiers: readonly Tier[], from: bigint, to: bigint): Ratio {
  let price = ZERO;
  let at = from;
  for (const tier of tiers) {
    if (at >= to) break;
    const end = tier.upTo === null || tier.upTo > to ? to : tier.upTo;
    if (end <= at) continue;
    price = add(price, atRate(tier, end - at));
    at = end;
  }
  return price;
}

function volume(tiers: readonly Tier[], from: bigint, quantity: bigint): Ratio {
  const tier = tiers.find(({ upTo }) => upTo === null || from + quantity <= upTo);
  invariant(tier !== undefined, 'the last tier has no end');
  return atRate(tier, quantity);
}
