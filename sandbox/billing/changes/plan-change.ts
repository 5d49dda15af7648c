import type Stripe from 'stripe';
import type { ChangedFields, Debit, LastingDiscount, LineDraft } from '../../kinds/billing.js';
import { periodLine, remainingLine, type Sold, trialLine, unusedLine } from '../invoices/line-drafts.js';
import { type Period, periodFrom } from '../periods.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { isSameCycle } from '../subscriptions/item-price.js';
import { itemList } from '../subscriptions/new-items.js';

export type Behaviour = 'always_invoice' | 'create_prorations' | 'none';

export interface Wanted {
  sold: Sold[];
  /** Another time for the end of the trial, or the end of the trial at once. */
  trialEnd: number | 'now' | undefined;
  /** The periods begin anew. */
  anchorsNow: boolean;
  behaviour: Behaviour;
  /** When the change counts from. */
  at: number;
}

/** What a change comes to. */
export interface Change {
  shown: ChangedFields;
  /** What is asked for and given back because of it. */
  prorations: LineDraft[];
  /** What a period costs that begins with it. */
  full: LineDraft[];
  debits: Debit[];
  /** Whether its invoice is made at once. */
  invoicesNow: boolean;
}

interface Before {
  subscription: Stripe.Subscription;
  sold: Sold[];
  debits: Debit[];
  discount: LastingDiscount | undefined;
}

/**
 * What a change of items, trial or anchor does. A period goes on unless its length changes, its anchor moves, or a
 * trial begins or ends; then another one begins at once. Unused time is given back by what was asked for it.
 */
export function planChange(before: Before, wanted: Wanted): Change {
  const { subscription, sold } = before;
  const { at, behaviour } = wanted;
  const cycle = wanted.sold[0]?.price.cycle ?? { interval: 'month', interval_count: 1 };
  const trialing = subscription.status === 'trialing';
  const otherCycle = !isSameCycle(cycle, sold[0]?.price.cycle ?? cycle);
  const renews = wanted.trialEnd !== undefined || wanted.anchorsNow || (otherCycle && !trialing);
  const course = renews ? newCourse(subscription, wanted, cycle) : sameCourse(subscription);
  const touched = renews ? sold : sold.filter((each) => isTouched(each, wanted.sold));
  const credits = behaviour === 'none' ? [] : touched.flatMap((each) => creditsFor(each, before.debits, at));
  const added = wanted.sold.filter((each) => isTouched(each, sold));
  const charges =
    behaviour === 'none' || renews || trialing
      ? []
      : added.map((each) => remainingLine(each, course.period, at, before.discount));
  const full = renews ? wanted.sold.map((each) => (course.isTrial ? trialLine : periodLine)(each, course.period)) : [];
  const prorations = [...credits, ...charges];
  return {
    shown: { ...course.shown, items: itemsIn(subscription.id, wanted.sold, course.period) },
    prorations,
    full,
    debits: debitsAfter(before, touched, charges, wanted),
    invoicesNow: renews || (behaviour === 'always_invoice' && prorations.length > 0),
  };
}

interface Course {
  shown: Omit<ChangedFields, 'items'>;
  period: Period;
  isTrial: boolean;
}

const sameCourse = (subscription: Stripe.Subscription): Course => ({
  shown: {
    billing_cycle_anchor: subscription.billing_cycle_anchor,
    status: subscription.status,
    trial_end: subscription.trial_end,
    trial_start: subscription.trial_start,
  },
  period: periodOf(subscription),
  isTrial: subscription.status === 'trialing',
});

function newCourse(subscription: Stripe.Subscription, { trialEnd, at }: Wanted, cycle: Sold['price']['cycle']): Course {
  const { status, trial_end, trial_start } = subscription;
  if (typeof trialEnd === 'number') {
    return {
      shown: {
        billing_cycle_anchor: trialEnd,
        status: 'trialing',
        trial_end: trialEnd,
        trial_start: trial_start ?? at,
      },
      period: { start: at, end: trialEnd },
      isTrial: true,
    };
  }
  const ended = status === 'trialing';
  return {
    shown: {
      billing_cycle_anchor: at,
      status: ended ? 'active' : status,
      trial_end: ended ? at : trial_end,
      trial_start,
    },
    period: periodFrom(at, at, cycle),
    isTrial: false,
  };
}

/** Whether an item is not among the others as it is: it has another price or quantity there, or is not there. */
function isTouched({ item }: Sold, others: Sold[]): boolean {
  const other = others.find((each) => each.item.id === item.id)?.item;
  return other === undefined || other.price.id !== item.price.id || other.quantity !== item.quantity;
}

const creditsFor = (sold: Sold, debits: Debit[], at: number): LineDraft[] =>
  debits.filter((debit) => debit.itemId === sold.item.id && debit.end > at).map((debit) => unusedLine(sold, debit, at));

/** What was given back was not asked for in the end; without prorations what was asked for stands. */
function debitsAfter(
  { debits, sold }: Before,
  touched: Sold[],
  charges: LineDraft[],
  { behaviour, sold: wanted }: Wanted,
): Debit[] {
  const credited = behaviour === 'none' ? sold.filter((each) => !wanted.some(isSameItem(each))) : touched;
  return [
    ...debits.filter((debit) => !credited.some(({ item }) => item.id === debit.itemId)),
    ...charges.map(({ itemId, amountMinor, period }) => ({ itemId, amountMinor, ...period })),
  ];
}

const isSameItem =
  ({ item }: Sold) =>
  (other: Sold): boolean =>
    other.item.id === item.id;

const itemsIn = (subscriptionId: string, sold: Sold[], { start, end }: Period) =>
  itemList(
    subscriptionId,
    sold.map(({ item }) => ({ ...item, current_period_end: end, current_period_start: start })),
  );
