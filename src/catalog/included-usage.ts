import type { Dimensions } from '../rating/pricing/dimensions.js';

/** Usage of a meter that each month of a plan includes. */
export interface IncludedUsage {
  meter: string;
  /** Dimensions that usage must have; none for all usage of the meter. Their names are in order. */
  match: Dimensions;
  /** Decimal text, more than 0. */
  quantity: string;
}
