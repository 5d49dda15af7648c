import { decimalText } from './ratio.js';

/** How much was used, in billionths of the meter's unit: never negative, and exact. */
export type Quantity = bigint & { readonly __unit: 'billionths' };

const DIGITS = 9;
/** Billionths in one unit. */
export const UNIT = 10n ** BigInt(DIGITS);

/** What a whole number stays below that has at most twelve digits. */
const WHOLE_LIMIT = 1e12;

export const NO_QUANTITY = 0n as Quantity;

export const QUANTITY_PATTERN = /^(\d{1,12})(?:\.(\d{1,9}))?$/;

/**
 * A quantity of a request: decimal text or a number, with up to 12 digits before the point and 9 behind it. Undefined
 * for anything else. A number is the decimal that JSON writes for it, which is what was sent: a body that holds a
 * number with more digits than a JSON number carries is refused before.
 */
export function quantityOf(value: unknown): Quantity | undefined {
  // Most quantities are whole numbers, which need no pattern.
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < WHOLE_LIMIT)
    return (BigInt(value) * UNIT) as Quantity;
  const text = typeof value === 'number' ? decimalOf(value) : value;
  const parts = typeof text === 'string' ? QUANTITY_PATTERN.exec(text) : null;
  if (parts === null) return undefined;
  const [, before = '', behind = ''] = parts;
  return (BigInt(before) * UNIT + BigInt(behind.padEnd(DIGITS, '0'))) as Quantity;
}

/** JavaScript writes what is below a millionth with an exponent; nine digits are then all that can be asked for. */
function decimalOf(value: number): string | undefined {
  const shortest = String(value);
  if (!shortest.includes('e')) return shortest;
  const fixed = value.toFixed(DIGITS);
  return Number(fixed) === value ? fixed : undefined;
}

/** The quantity of decimal text of any length that has at most nine digits behind its point, such as `quantityText`. */
export function quantityOfText(text: string): Quantity {
  const [before = '', behind = ''] = text.split('.');
  return (BigInt(before) * UNIT + BigInt(behind.padEnd(DIGITS, '0'))) as Quantity;
}

export function quantityText(quantity: Quantity): string {
  return quantity % UNIT === 0n ? `${quantity / UNIT}` : decimalText(quantity, DIGITS);
}

export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return (a + b) as Quantity;
}

export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return (a - b) as Quantity;
}

export function minQuantity(a: Quantity, b: Quantity): Quantity {
  return a < b ? a : b;
}
