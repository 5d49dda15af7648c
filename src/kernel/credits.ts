import { invariant } from './invariant.js';

/** A whole number of credits in the smallest unit. Branded, so that money and counts cannot be passed by mistake. */
export type Credits = bigint & { readonly __unit: 'credits' };

/** The most credits one request may move. Ten thousand of these still fit a JSON integer. */
export const MAX_REQUEST_CREDITS = 900_000_000_000;

/** Balances stay within what a JSON integer can carry exactly (2^53 - 1, RFC 8259 section 6). */
export const MAX_BALANCE_CREDITS = credits(Number.MAX_SAFE_INTEGER);

export const NO_CREDITS = credits(0);

/** Turns a JSON integer, or the text in which Postgres returns a bigint, into credits. */
export function credits(value: number | bigint | string): Credits {
  return BigInt(value) as Credits;
}

/** The JSON integer of an amount. An amount that JSON could not carry exactly is a programming error. */
export function toJsonInteger(amount: bigint): number {
  const value = Number(amount);
  invariant(Number.isSafeInteger(value), () => `${amount} does not fit a JSON integer`);
  return value;
}

export function minCredits(a: Credits, b: Credits): Credits {
  return a < b ? a : b;
}

export function maxCredits(a: Credits, b: Credits): Credits {
  return a > b ? a : b;
}

export function addCredits(a: Credits, b: Credits): Credits {
  return (a + b) as Credits;
}

/** The sum of any number of amounts: as arguments of a call they would be too many from some 100,000 on. */
export function sumCredits(amounts: Iterable<Credits>): Credits {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum as Credits;
}

export function subtractCredits(a: Credits, b: Credits): Credits {
  return (a - b) as Credits;
}
