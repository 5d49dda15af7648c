/**
 * Stripe's own list, which is not that of ISO 4217 or of Unicode: an amount of `huf` or `idr` has two decimals there.
 */
const NO_DECIMALS = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMALS = new Set('bhd jod kwd omr tnd'.split(' '));
/** Written with two decimals, which must be zeros. */
const WHOLE_ONLY = new Set(['isk', 'ugx']);

/** How many decimals Stripe's amounts in a currency have: `1000` is $10.00, and 1000 yen. */
export function decimalsOf(currency: string): number {
  if (NO_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/** The least difference between two amounts that Stripe takes, in minor units: the third decimal must be a zero. */
export function stepMinorOf(currency: string): bigint {
  if (WHOLE_ONLY.has(currency)) return 100n;
  return THREE_DECIMALS.has(currency) ? 10n : 1n;
}
