/** An exact rational number in lowest terms, with a positive denominator. Equal numbers have equal parts. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Ratio = { numerator: 0n, denominator: 1n };

/** `numerator / denominator`, for a positive denominator. */
export function ratio(numerator: bigint, denominator: bigint): Ratio {
  if (denominator === 1n) return { numerator, denominator };
  const common = gcd(numerator < 0n ? -numerator : numerator, denominator);
  return common === 1n
    ? { numerator, denominator }
    : { numerator: numerator / common, denominator: denominator / common };
}

export function whole(integer: bigint): Ratio {
  return { numerator: integer, denominator: 1n };
}

export function add(a: Ratio, b: Ratio): Ratio {
  // An integer leaves lowest terms as they are: nothing has to be divided out, which is what takes long.
  if (b.denominator === 1n) return { numerator: a.numerator + b.numerator * a.denominator, denominator: a.denominator };
  return a.denominator === b.denominator
    ? ratio(a.numerator + b.numerator, a.denominator)
    : ratio(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Ratio, b: Ratio): Ratio {
  return add(a, { numerator: -b.numerator, denominator: b.denominator });
}

/** As it is kept: `numerator/denominator`, or an integer. */
export function toFraction({ numerator, denominator }: Ratio): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

/** The number that `toFraction` has written. */
export function fromFraction(text: string): Ratio {
  const [numerator = '', denominator = '1'] = text.split('/');
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

export function multiply(a: Ratio, b: Ratio): Ratio {
  return ratio(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Whether `a` is less than `b`. */
export function isLess(a: Ratio, b: Ratio): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

/** The least integer that is not below it. */
export function ceil({ numerator, denominator }: Ratio): bigint {
  return ceilDivide(numerator, denominator);
}

/** The least integer that is not below `a / b`, for a positive `b`. */
export function ceilDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a > 0n && quotient * b !== a ? quotient + 1n : quotient;
}

export function gcd(a: bigint, b: bigint): bigint {
  let [greater, less] = [a, b];
  while (less !== 0n) [greater, less] = [less, greater % less];
  return greater;
}

/** Exactly, as people read it: a decimal such as `0.25` where one ends, else a fraction such as `10/3`. */
export function toText({ numerator, denominator }: Ratio): string {
  if (denominator === 1n) return `${numerator}`;
  const digits = decimalsOf(denominator);
  if (digits === undefined) return `${numerator}/${denominator}`;
  const scaled = (numerator * 10n ** BigInt(digits)) / denominator;
  return decimalText(scaled, digits);
}

/** How many digits behind the point `1 / denominator` has; undefined when it never ends. */
function decimalsOf(denominator: bigint): number | undefined {
  let rest = denominator;
  let [twos, fives] = [0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  return rest === 1n ? Math.max(twos, fives) : undefined;
}

/** `scaled / 10^digits` as the shortest decimal. */
export function decimalText(scaled: bigint, digits: number): string {
  const sign = scaled < 0n ? '-' : '';
  const text = `${scaled < 0n ? -scaled : scaled}`.padStart(digits + 1, '0');
  const end = text.length - digits;
  const fraction = text.slice(end).replace(/0+$/, '');
  return `${sign}${text.slice(0, end)}${fraction === '' ? '' : `.${fraction}`}`;
}
