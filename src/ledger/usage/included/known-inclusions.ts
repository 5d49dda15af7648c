import type { Dimensions } from '../../../rating/pricing/dimensions.js';
import type { Quantity } from '../../../rating/pricing/quantity.js';
import type { Balance, Source } from '../../book/model.js';

/** Usage of a meter that a month of a plan includes, as its row has it. */
export interface PlanInclusion {
  readonly id: string;
  readonly meter: string;
  readonly match: Dimensions;
  readonly granted: Quantity;
  /** What neither lines that were not undone have taken, nor was taken back. */
  remaining: Quantity;
  /** What was taken back, because money was. */
  takenBack: Quantity;
  /** It covers usage whose own time is from here on, */
  readonly effectiveAt: Date;
  /** and before this. */
  expiresAt: Date;
  /** The purchase, and the month of it: each is given once for a meter and match. */
  readonly source: Source;
  readonly sourcePart: string;
  /** Of what was charged for the purchase, in minor units, what is back, as far as it has followed. */
  returnedMinor: bigint;
  /** 0 until money is back. */
  chargedMinor: bigint;
}

/** What is known of what an account has included. */
export interface KnownInclusions {
  /** All are known that cover usage of this instant or later, in milliseconds, and of which something remains. */
  sinceMs: number;
  /** By id. */
  readonly byId: Map<string, PlanInclusion>;
}

/**
 * Whether all are known that cover usage of an instant. Of an account that has included nothing that reaches so far,
 * none do.
 */
export function coverUsageOf(
  known: KnownInclusions | undefined,
  { includedUntil }: Pick<Balance, 'includedUntil'>,
  usedAt: Date,
): boolean {
  if (includedUntil === null || includedUntil <= usedAt) return true;
  return known !== undefined && known.sinceMs <= usedAt.getTime();
}
