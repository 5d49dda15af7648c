import type { Dimensions } from '../../rating/pricing/dimensions.js';
import type { UsageLine } from '../../rating/pricing/price-lines.js';
import { NO_QUANTITY, quantityOf, quantityText } from '../../rating/pricing/quantity.js';

// What a spend is asked for by, validated. Its fingerprint is made of these members, whatever form they were sent in.

interface Said {
  readonly accountId: string;
  readonly description?: string;
  readonly metadata?: Record<string, string>;
}

/** A spend of an amount. */
export interface PlainSpend extends Said {
  readonly amount: number;
}

/** A line as JSON: quantities that are equal are written alike, and so are dimensions. */
export interface UsedLine {
  readonly meter: string;
  /** Decimal text. */
  readonly quantity: string;
  /** In the order of their names. */
  readonly dimensions: Dimensions;
}

/** A spend of what lines cost. */
export interface UsageSpend extends Said {
  readonly lines: readonly UsedLine[];
}

export function toUsedLine({ meter, quantity, dimensions }: UsageLine): UsedLine {
  return { meter, quantity: quantityText(quantity), dimensions };
}

export function ofUsedLine({ meter, quantity, dimensions }: UsedLine): UsageLine {
  return { meter, quantity: quantityOf(quantity) ?? NO_QUANTITY, dimensions };
}

export function isOfLines(request: PlainSpend | UsageSpend): request is UsageSpend {
  return 'lines' in request;
}
