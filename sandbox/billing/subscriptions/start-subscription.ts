import { recordEvent } from '../../events/record.js';
import type { LastingDiscount, LineDraft } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import type { SessionDiscount } from '../../kinds/session.js';
import { insertObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { finalizeInvoice, type TakenBefore } from '../invoices/finalize-invoice.js';
import { periodLine, remainingLine, type Sold, trialLine } from '../invoices/line-drafts.js';
import { makeInvoice } from '../invoices/make-invoice.js';
import type { Billing, Subscription } from '../lock.js';
import { type BilledPeriod, type Period, periodFrom, periodsUntil } from '../periods.js';
import { periodOf, scheduleRenewal } from '../renewals/schedule-renewal.js';
import { cycleOf, type ItemPrice } from './item-price.js';
import { keepDiscount } from './lasting-discount.js';
import { itemList, newItem } from './new-items.js';
import { newSubscription, newSubscriptionId, type SubscriptionFacts } from './new-subscription.js';

export interface Start extends Omit<SubscriptionFacts, 'anchor' | 'created' | 'discountIds' | 'startDate'> {
  items: { price: ItemPrice; quantity: number; metadata?: SubscriptionFacts['metadata'] }[];
  discount?: SessionDiscount | undefined;
  cancelAtPeriodEnd?: boolean | undefined;
  course?: Course | undefined;
}

/** What is asked for about its time, other than that it begins now. */
export interface Course {
  /** Before now: it is backdated. */
  startsAt?: number | undefined;
  /** After now: the next period begins then. */
  anchor?: number | undefined;
  /** Whether time before the first whole period that begins now is free. */
  isFreeBefore: boolean;
}

/**
 * Keeps a subscription that begins now, with its first invoice, which is final and open, and asks for what was taken
 * for it before, if it was. A trial's invoice asks for nothing.
 */
export async function startSubscription(work: Work, start: Start, taken?: TakenBefore): Promise<Billing> {
  const begun = await keepSubscription(work, start);
  const { trialEnd, currency } = start;
  const sold = begun.shown.items.data.map((item, index) => ({ item, price: priceAt(start, index), currency }));
  const made = await makeInvoice(work, begun, {
    billingReason: 'subscription_create',
    drafts:
      trialEnd === null
        ? billedPeriods(work, start).flatMap((period) =>
            sold.map((each) => lineOf(each, period, begun.hidden.discount)),
          )
        : sold.map((each) => trialLine(each, periodOf(begun.shown))),
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  const subscription = withEnd(made.subscription, start);
  await saveObject(work.tx, subscription);
  await scheduleRenewal(work, subscription);
  const invoice = await finalizeInvoice(work, made.invoice, taken);
  await recordEvent(work, 'customer.subscription.created', subscription.shown);
  return { invoice, subscription };
}

/** One for each period since it began, in Stripe's flexible billing mode. */
function billedPeriods({ now }: Work, start: Start): BilledPeriod[] {
  const { startsAt = now, anchor = now, isFreeBefore = false } = start.course ?? {};
  const cycle = cycleOf(start.items.map(({ price }) => price.cycle));
  const periods = periodsUntil(now, startsAt, anchor, cycle);
  return isFreeBefore ? periods.filter((period) => period.start >= now) : periods;
}

const lineOf = (sold: Sold, period: BilledPeriod, discount: LastingDiscount | undefined): LineDraft =>
  period.start === period.whole.start
    ? periodLine(sold, { start: period.start, end: period.end })
    : remainingLine(sold, period.whole, period.start, discount);

async function keepSubscription(work: Work, start: Start): Promise<Subscription> {
  const id = newSubscriptionId();
  const anchor = start.trialEnd ?? start.course?.anchor ?? work.now;
  const startDate = start.course?.startsAt ?? work.now;
  const cycle = cycleOf(start.items.map(({ price }) => price.cycle));
  const current = start.trialEnd === null ? periodsUntil(work.now, startDate, anchor, cycle).at(-1) : undefined;
  const period: Period = current ?? periodFrom(work.now, anchor, cycle);
  const discount = start.discount && (await keepDiscount(work, start.discount, { id, ...start }, anchor));
  const facts = {
    ...start,
    anchor,
    startDate,
    created: work.now,
    discountIds: discount === undefined ? [] : [discount.id],
  };
  const items = start.items.map(({ price, quantity, metadata }) =>
    newItem({ subscriptionId: id, price: price.shown, quantity, metadata: metadata ?? {}, period, created: work.now }),
  );
  const subscription: Subscription = {
    shown: { ...newSubscription(id, facts), items: itemList(id, items) },
    hidden: { debits: [], ...(discount && { discount }) },
  };
  await insertObject(work.tx, kinds.subscription, work.now, subscription.shown, subscription.hidden);
  return subscription;
}

function priceAt({ items }: Start, index: number): ItemPrice {
  const price = items[index]?.price;
  if (price === undefined) throw new Error('an item has its price');
  return price;
}

const withEnd = ({ shown, hidden }: Subscription, { cancelAtPeriodEnd = false }: Start): Subscription => ({
  shown: cancelAtPeriodEnd
    ? {
        ...shown,
        cancel_at: shown.items.data[0]?.current_period_end ?? null,
        cancel_at_period_end: true,
        canceled_at: shown.created,
      }
    : shown,
  hidden,
});
