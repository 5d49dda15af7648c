import { type Credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { Allocation, Grant } from './model.js';

/** When a grant's time is over, in milliseconds: never counts as the latest of all instants. */
export function endOf(grant: Grant): number {
  return grant.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/**
 * The order in which grants are used up: priority, then earliest expiry (never last), promotional before paid, earliest
 * effective, order of creation. Total, because no two grants of an account share an ordinal.
 */
export function compareBurnDown(a: Grant, b: Grant): number {
  return (
    a.priority - b.priority ||
    compareNumbers(endOf(a), endOf(b)) ||
    categoryRank(a) - categoryRank(b) ||
    a.effectiveAt.getTime() - b.effectiveAt.getTime() ||
    compareOrdinals(a, b)
  );
}

/** The order of creation within an account. */
export function compareOrdinals(a: Grant, b: Grant): number {
  return compareNumbers(a.ordinal, b.ordinal);
}

function categoryRank(grant: Grant): number {
  return grant.category === 'promotional' ? 0 : 1;
}

function compareNumbers<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a posted grant's time is over. What remains of it may stand on for as long as holds cover it. */
export function hasLapsed(grant: Grant, now: Date): boolean {
  return grant.expiresAt !== null && grant.expiresAt.getTime() <= now.getTime();
}

/** A place that credits are taken from or put into, and how many fit. */
interface Place {
  readonly id: string;
  readonly remaining: Credits;
}

/**
 * Spreads `amount` over places in the order given, and says what none of them had room for. Asks for no place that it
 * does not need: behind the last one that is known the account would have to be read. Changes nothing.
 */
export function allocate(places: Iterable<Place>, amount: Credits): { allocations: Allocation[]; left: Credits } {
  const allocations: Allocation[] = [];
  let left = amount;
  if (left === NO_CREDITS) return { allocations, left };
  for (const place of places) {
    const share = minCredits(place.remaining, left);
    if (share === NO_CREDITS) continue;
    allocations.push({ grantId: place.id, amount: share });
    left = subtractCredits(left, share);
    if (left === NO_CREDITS) break;
  }
  return { allocations, left };
}
