import type { Offer, Price } from '../../catalog/offer.js';
import type { PlanInterval } from '../../catalog/product.entity.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { planNow } from '../mirror/subscription-now.js';

/** `now` is charged and given at once; `at_period_end` waits, so that what was paid for is kept until then. */
export type ChangeEffect = 'none' | 'now' | 'at_period_end';

interface Priced {
  interval: PlanInterval | null;
  amountMinor: number;
}

/**
 * When a change of plan takes effect: one that costs more does at once, one that costs less at the end of the period.
 * From a year to a month it always waits, from a month to a year it never does. Pure.
 */
export function effectOf(current: Priced, wanted: Priced): ChangeEffect {
  if (current.interval !== wanted.interval) return wanted.interval === 'year' ? 'now' : 'at_period_end';
  return wanted.amountMinor > current.amountMinor ? 'now' : 'at_period_end';
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
