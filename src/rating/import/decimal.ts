import { type Ratio, ratio } from '../pricing/ratio.js';

const DECIMAL = /^(-?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** What a number of JSON is, exactly, as it was written; undefined for one that nobody would write. */
export function exactly(text: string): Ratio | undefined {
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', before = '', behind = '', exponent = '0'] = parts;
  const digits = BigInt(`${sign}${before}${behind}`);
  const places = Number(exponent) - behind.length;
  return places >= 0 ? ratio(digits * 10n ** BigInt(places), 1n) : ratio(digits, 10n ** BigInt(-places));
}
