import type { ListedSubscription } from '../../stripe/listings/listed-subscriptions.js';
import type { Difference } from './look.js';

/** What the books know of a subscription, as far as it decides what it opens. */
export interface BookedSubscription {
  /** Whose it is, or whose its customer is; null for somebody who is no account here. */
  accountId: string | null;
  /** Null while it is not known. */
  status: string | null;
  items: readonly { plan: string; quantity: number }[];
  isCollectionPaused: boolean;
  cancelAt: Date | null;
  /** Which of the plans that Stripe names are in the catalogue. */
  plans: ReadonlySet<string>;
}

const ENDED = ['canceled', 'incomplete_expired'];

/** What is wrong between a subscription at Stripe and what is known of it. Null where Stripe does not know it. */
export function compareSubscription(
  stripeId: string,
  listed: ListedSubscription | null,
  booked: BookedSubscription,
): Difference | undefined {
  const { accountId, status } = booked;
  // One that is not known is found by its first invoice.
  if (accountId === null || status === null) return undefined;
  const differs = (repair: 'settle' | 'none', how: string): Difference => ({
    kind: 'subscription_differs',
    repair,
    detail: `Subscription ${stripeId} of account ${accountId} ${how}.`,
  });
  if (listed === null)
    return ENDED.includes(status) ? undefined : differs('none', `is ${status} here, and Stripe does not know it`);
  const held = listed.items.flatMap(({ plan, quantity }) =>
    plan !== null && booked.plans.has(plan) && quantity > 0 ? { plan, quantity } : [],
  );
  const [there, here] = [standingOf({ ...listed, items: held }), standingOf({ ...booked, status })];
  return there === here ? undefined : differs('settle', `is ${there} at Stripe, and ${here} here`);
}

type Standing = Pick<ListedSubscription, 'status' | 'isCollectionPaused' | 'cancelAt'> &
  Pick<BookedSubscription, 'items'>;

/** In words that are the same when both are. What has ended is over, whatever it held. */
function standingOf({ status, items, isCollectionPaused, cancelAt }: Standing): string {
  if (ENDED.includes(status)) return status;
  const held = items.map(({ plan, quantity }) => `${quantity} of ${plan}`).toSorted();
  return [
    status,
    held.length === 0 ? 'without a plan' : `with ${held.join(' and ')}`,
    ...(isCollectionPaused ? ['with paused payments'] : []),
    ...(cancelAt === null ? [] : [`to end at ${cancelAt.toISOString()}`]),
  ].join(', ');
}
