import type Stripe from 'stripe';
import { cycleOf } from '../../billing/subscriptions/item-price.js';
import type { SoldSubscription } from '../../kinds/session.js';

type Params = Stripe.Checkout.SessionCreateParams;

/** Whether the first period is there to try, and costs nothing. */
export const isTrial = ({ subscription_data: data }: Params): boolean =>
  data?.trial_end !== undefined || data?.trial_period_days !== undefined;

/** What a session in subscription mode sells. Throws when its prices recur otherwise than each other. */
export function soldSubscription({ subscription_data }: Params, lineItems: Stripe.LineItem[]): SoldSubscription {
  const cycles = lineItems.flatMap(({ price }) => price?.recurring ?? []);
  const { interval, interval_count } = cycleOf(cycles);
  return {
    data: subscription_data ?? {},
    cycle: { interval, interval_count },
    regularMinor: lineItems.reduce((sum, item) => sum + item.amount_subtotal, 0),
  };
}
