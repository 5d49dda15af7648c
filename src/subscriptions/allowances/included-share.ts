import type { ValueTransformer } from 'typeorm';
import { counterKeyOf, type Dimensions } from '../../rating/pricing/dimensions.js';
import { NO_QUANTITY, type Quantity, quantityOfText, quantityText } from '../../rating/pricing/quantity.js';

/** What an allowance includes of a meter, next to its credits. */
export interface IncludedShare {
  readonly meter: string;
  readonly match: Dimensions;
  /** What a whole month of the plan includes. */
  readonly allotment: Quantity;
  /** What this one does. */
  readonly quantity: Quantity;
  /** What of the month is not included again: see `Allowance.coveredCredits`. */
  readonly covered: Quantity;
}

/** What is carried of what was included, by meter and match (`counterKeyOf`): see `Subscription.carriedCredits`. */
export type CarriedIncluded = ReadonlyMap<string, Quantity>;

export function keyOfShare({ meter, match }: Pick<IncludedShare, 'meter' | 'match'>): string {
  return counterKeyOf(meter, match);
}

/** Whether an allowance includes anything by it, or would if that had not been given before. */
export function saysSomething({ quantity, covered }: IncludedShare): boolean {
  return quantity > NO_QUANTITY || covered > NO_QUANTITY;
}

/** Shares as JSON: quantities are decimal text. */
export function sharesJson(shares: readonly IncludedShare[]): StoredShare[] {
  return shares.map(({ meter, match, allotment, quantity, covered }) => ({
    meter,
    match,
    allotment: quantityText(allotment),
    quantity: quantityText(quantity),
    covered: quantityText(covered),
  }));
}

export interface StoredShare {
  readonly meter: string;
  readonly match: Dimensions;
  readonly allotment: string;
  readonly quantity: string;
  readonly covered: string;
}

export const storedShares: ValueTransformer = {
  from: (stored: readonly StoredShare[]): IncludedShare[] =>
    stored.map(({ meter, match, allotment, quantity, covered }) => ({
      meter,
      match,
      allotment: quantityOfText(allotment),
      quantity: quantityOfText(quantity),
      covered: quantityOfText(covered),
    })),
  to: (shares: readonly IncludedShare[] | undefined) => (shares === undefined ? undefined : sharesJson(shares)),
};

export const storedCarried: ValueTransformer = {
  from: (stored: Record<string, string>): CarriedIncluded =>
    new Map(Object.entries(stored).map(([key, text]) => [key, quantityOfText(text)])),
  to: (carried: CarriedIncluded | undefined) =>
    carried && Object.fromEntries([...carried].map(([key, quantity]) => [key, quantityText(quantity)])),
};
