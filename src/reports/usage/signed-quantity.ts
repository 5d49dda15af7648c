import { UNIT } from '../../rating/pricing/quantity.js';
import { decimalText } from '../../rating/pricing/ratio.js';

const DIGITS = 9;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,9}))?$/;

/** Of a decimal of Postgres with at most nine digits behind its point, in billionths. */
export function billionthsOf(text: string): bigint {
  const [, sign, whole = '0', fraction = ''] = DECIMAL.exec(text) ?? [];
  const size = BigInt(whole) * UNIT + BigInt(fraction.padEnd(DIGITS, '0'));
  return sign === '-' ? -size : size;
}

/** The decimal of so many billionths, of either sign. */
export function billionthsText(billionths: bigint): string {
  return decimalText(billionths, DIGITS);
}
