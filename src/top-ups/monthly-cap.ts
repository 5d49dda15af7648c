import { addMonths } from '../kernel/clock.js';
import type { PastAttempt, TopUpSettings } from './top-up-facts.js';

/** The beginning of the month, in UTC, that an instant is in. */
export function monthOf(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth()));
}

/** The beginning of the month after the one that an instant is in. */
export function nextMonth(instant: Date): Date {
  return addMonths(monthOf(instant), 1);
}

/** What was charged this month, or may have been, of one currency. Money that went back lowers it by nothing. Pure. */
export function chargedInMonth(charges: readonly PastAttempt[], currency: string, now: Date): bigint {
  return ofMonth(charges, now)
    .filter((charge) => charge.currency === currency)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/**
 * What the cap leaves for this month. `charges` are automatic charges, also those whose end is unknown. A cap that was
 * set in another currency meanwhile leaves nothing where something was charged already: sums of two currencies cannot
 * be compared, and whoever sets a cap anew must not get a second month. Pure.
 */
export function capLeft(
  charges: readonly PastAttempt[],
  { maxPerMonth, currency }: Pick<TopUpSettings, 'maxPerMonth' | 'currency'>,
  now: Date,
): { amountMinor: bigint; count: number } {
  const month = ofMonth(charges, now);
  if (month.some((charge) => charge.currency !== currency)) return { amountMinor: 0n, count: 0 };
  return {
    amountMinor: maxPerMonth.amountMinor - chargedInMonth(month, currency, now),
    count: (maxPerMonth.count ?? Number.POSITIVE_INFINITY) - month.length,
  };
}

/** By when they were begun. */
function ofMonth(charges: readonly PastAttempt[], now: Date): readonly PastAttempt[] {
  const [from, to] = [monthOf(now), nextMonth(now)];
  return charges.filter(({ triedAt }) => triedAt >= from && triedAt < to);
}
