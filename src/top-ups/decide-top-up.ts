import { addSeconds } from '../kernel/clock.js';
import type { Credits } from '../kernel/credits.js';
import { capLeft, nextMonth } from './monthly-cap.js';
import type { PackNow, PastAttempt, TopUpFacts, TopUpSettings } from './top-up-facts.js';

/** Why top-ups were stopped, in words that a buyer's support can read out. */
export const PAUSE_REASONS = [
  'declined_for_good',
  'declined_too_often',
  'dispute',
  'fraud_warning',
  'refund',
  'too_many_top_ups',
  'payment_method_missing',
  'pack_not_for_sale',
  'not_confirmed',
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** What a top-up that is due waits for. */
export type WaitReason = 'next_try' | 'interval' | 'monthly_cap';

export type TopUpDecision =
  | { kind: 'none' }
  | { kind: 'wait'; until: Date; because: WaitReason }
  | { kind: 'pause'; because: PauseReason }
  | { kind: 'charge'; quantity: number; amountMinor: bigint };

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** What one order may hold of a product. */
const MAX_QUANTITY = 100;
/** A third top-up within an hour is what somebody who runs away looks like. */
const MAX_IN_AN_HOUR = 2;
/** The strictest of the networks': Mastercard's 10 in a day, and less than Visa's 15 to 20 in thirty days. */
const MAX_DECLINES = [
  { withinSeconds: DAY_SECONDS, count: 10 },
  { withinSeconds: 30 * DAY_SECONDS, count: 15 },
];

/**
 * Whether an account is to be charged now, by what it has now. To be asked while no attempt is open. A clock that was
 * set back makes attempts later than now: they count as if they were just begun. Pure.
 */
export function decideTopUp(facts: TopUpFacts): TopUpDecision {
  const { now, available, settings, pack, offSessionStop, hasPaymentMethod, nextTryAt, attempts } = facts;
  if (available >= settings.belowCredits) return { kind: 'none' };
  if (offSessionStop !== null) return { kind: 'pause', because: offSessionStop };
  if (!hasPaymentMethod) return { kind: 'pause', because: 'payment_method_missing' };
  if (pack === null) return { kind: 'pause', because: 'pack_not_for_sale' };
  if (areTooManyDeclines(attempts, now)) return { kind: 'pause', because: 'declined_too_often' };
  if (nextTryAt !== null && nextTryAt > now) return { kind: 'wait', until: nextTryAt, because: 'next_try' };
  const free = endOfInterval(facts);
  if (free > now) return { kind: 'wait', until: free, because: 'interval' };
  const inAnHour = attempts.filter((attempt) => isCharge(attempt) && attempt.triedAt > addSeconds(now, -HOUR_SECONDS));
  if (inAnHour.length >= MAX_IN_AN_HOUR) return { kind: 'pause', because: 'too_many_top_ups' };
  const quantity = quantityFor(settings, pack, available);
  const amountMinor = pack.unitAmountMinor * BigInt(quantity);
  const left = capLeft(attempts.filter(isCharge), settings, now);
  if (amountMinor > left.amountMinor || left.count < 1)
    return { kind: 'wait', until: nextMonth(now), because: 'monthly_cap' };
  return { kind: 'charge', quantity, amountMinor };
}

/** What the cheapest top-up costs that these settings lead to. A cap below that would never let one through. Pure. */
export function leastTopUpMinor(settings: Pick<TopUpSettings, 'buys'>, { unitAmountMinor }: PackNow): bigint {
  const { buys } = settings;
  return 'quantity' in buys ? unitAmountMinor * BigInt(buys.quantity) : unitAmountMinor;
}

/** Whether something was charged, or may have been. */
function isCharge({ end }: PastAttempt): boolean {
  return end === 'paid' || end === 'unknown';
}

function areTooManyDeclines(attempts: readonly PastAttempt[], now: Date): boolean {
  const declined = attempts.filter(({ end }) => end === 'declined');
  return MAX_DECLINES.some(
    ({ withinSeconds, count }) =>
      declined.filter(({ triedAt }) => triedAt > addSeconds(now, -withinSeconds)).length >= count,
  );
}

/** The beginning of time where nothing was charged yet. */
function endOfInterval({ settings, attempts }: TopUpFacts): Date {
  const latestMs = Math.max(
    ...attempts.filter(isCharge).map(({ triedAt }) => triedAt.getTime()),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(latestMs) ? addSeconds(new Date(latestMs), settings.minIntervalSeconds) : new Date(0);
}

/** At least one, and never more than an order may hold: what is missing then is the next top-up's. */
function quantityFor({ buys }: TopUpSettings, { credits }: PackNow, available: Credits): number {
  if ('quantity' in buys) return buys.quantity;
  const missing = buys.toCredits - available;
  const units = (missing + credits - 1n) / credits;
  return Math.min(Math.max(Number(units), 1), MAX_QUANTITY);
}
