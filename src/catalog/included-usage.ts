import { counterKeyOf, type Dimensions } from '../rating/pricing/dimensions.js';
import { addQuantity, NO_QUANTITY, type Quantity, quantityText } from '../rating/pricing/quantity.js';

/** Usage of a meter that each month of a plan includes. */
export interface IncludedUsage {
  meter: string;
  /** Dimensions that usage must have; none for all usage of the meter. Their names are in order. */
  match: Dimensions;
  /** Decimal text, more than 0. */
  quantity: string;
}

/** What of each meter and match is more than nothing, all of it together, in the order in which they are met. Pure. */
export function sumIncluded(
  parts: Iterable<Pick<IncludedUsage, 'meter' | 'match'> & { readonly quantity: Quantity }>,
): IncludedUsage[] {
  const sums = new Map<string, Pick<IncludedUsage, 'meter' | 'match'> & { sum: Quantity }>();
  for (const { meter, match, quantity } of parts) {
    if (quantity === NO_QUANTITY) continue;
    const key = counterKeyOf(meter, match);
    sums.set(key, { meter, match, sum: addQuantity(sums.get(key)?.sum ?? NO_QUANTITY, quantity) });
  }
  return [...sums.values()].map(({ sum, ...of }) => ({ ...of, quantity: quantityText(sum) }));
}
