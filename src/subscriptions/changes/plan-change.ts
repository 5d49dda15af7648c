import type { Offer, Price } from '../../catalog/offer.js';
import type { PlanInterval } from '../../catalog/product.entity.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { planNow } from '../mirror/subscription-now.js';

/** `now` is charged and given at once; `at_period_end` waits, so that what was paid for is kept until then. */
export type ChangeEffect = 'none' | 'now' | 'at_period_end';

export interface Priced {
  interval: PlanInterval | null;
  amountMinor: number;
}

/** What a change would charge and give back, were it made now, after discount and before tax. */
export interface MadeNow {
  chargedMinor: bigint;
  /** Of what was paid, for the time that is left. */
  returnedMinor: bigint;
}

const NOTHING_LEFT: MadeNow = { chargedMinor: 0n, returnedMinor: 0n };

/**
 * When a change of plan takes effect: at once where it costs more, or else at the end of the period, since what gives
 * money back might give it back for credits that are spent. A month after a year always waits; a year after a month
 * waits unless it charges more than it gives back of the month. What costs more than the plan that is held waits as
 * well where it would give money back, since more was paid for the period. Without what Stripe says of it, this is
 * decided as if nothing were left of what was paid. Pure.
 */
export function effectOf(
  current: Priced,
  wanted: Priced,
  { chargedMinor, returnedMinor } = NOTHING_LEFT,
): ChangeEffect {
  const isOtherInterval = current.interval !== wanted.interval;
  const isMore = isOtherInterval ? wanted.interval === 'year' : wanted.amountMinor > current.amountMinor;
  // Of one interval, both are shares of one period, which can round to the same.
  const isPaid = isOtherInterval ? chargedMinor > returnedMinor : chargedMinor >= returnedMinor;
  return isMore && (isPaid || returnedMinor === 0n) ? 'now' : 'at_period_end';
}

/**
 * What a subscription pays now for one of its first plan: what Stripe says, or else what was agreed to. Undefined when
 * neither names a price.
 */
export function currentPrice(subscription: Subscription, now: Date): Priced | undefined {
  const { terms, currency, items, plan: known } = subscription;
  const plan = planNow(subscription, now);
  const offer = terms[plan];
  const price = offer === undefined ? undefined : priceIn(offer, currency);
  const paid = plan === known ? items[0] : undefined;
  const amountMinor = paid?.unitAmountMinor ?? price?.amountMinor;
  if (amountMinor === undefined) return undefined;
  return { interval: intervalOf(paid?.interval ?? offer?.interval ?? null), amountMinor };
}

function intervalOf(interval: string | null): PlanInterval | null {
  return interval === null ? null : interval === 'year' ? 'year' : 'month';
}

export function priceIn({ prices }: Offer, currency: string): Price | undefined {
  return prices.find((price) => price.currency === currency);
}
