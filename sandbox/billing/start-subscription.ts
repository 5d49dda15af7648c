import type Stripe from 'stripe';
import type { SessionDiscount } from '../checkout/discounts.js';
import { kinds } from '../kinds.js';
import { insertObject, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { recordEvent } from '../webhooks/record.js';
import { finalizeInvoice } from './finalize-invoice.js';
import { cycleOf, type ItemPrice } from './item-price.js';
import { keepDiscount } from './lasting-discount.js';
import { periodLine, trialLine } from './line-drafts.js';
import type { Billing, Subscription } from './lock.js';
import { makeInvoice } from './make-invoice.js';
import { itemList, newItem } from './new-items.js';
import { newSubscription, newSubscriptionId, type SubscriptionFacts } from './new-subscription.js';
import { type Period, periodFrom } from './periods.js';
import { scheduleRenewal } from './schedule-renewal.js';

export interface Start extends Omit<SubscriptionFacts, 'anchor' | 'created' | 'discountIds'> {
  items: { price: ItemPrice; quantity: number; metadata?: SubscriptionFacts['metadata'] }[];
  discount?: SessionDiscount | undefined;
  cancelAtPeriodEnd?: boolean | undefined;
}

/**
 * Keeps a subscription that begins now, with its first invoice, which is final and open. With an intent the invoice is paid
 * through that. A trial's invoice asks for nothing.
 */
export async function startSubscription(work: Work, start: Start, intent?: Stripe.PaymentIntent): Promise<Billing> {
  const begun = await keepSubscription(work, start);
  const { trialEnd, currency } = start;
  const [item] = begun.shown.items.data;
  const period = { start: item?.current_period_start ?? 0, end: item?.current_period_end ?? 0 };
  const lineFor = trialEnd === null ? periodLine : trialLine;
  const made = await makeInvoice(work, begun, {
    billingReason: 'subscription_create',
    drafts: begun.shown.items.data.map((each, index) =>
      lineFor({ item: each, price: priceAt(start, index), currency }, period),
    ),
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  const subscription = withEnd(made.subscription, start);
  await saveObject(work.tx, subscription);
  await scheduleRenewal(work, subscription);
  const invoice = await finalizeInvoice(work, made.invoice, intent);
  await recordEvent(work, 'customer.subscription.created', subscription.shown);
  return { invoice, subscription };
}

async function keepSubscription(work: Work, start: Start): Promise<Subscription> {
  const id = newSubscriptionId();
  const anchor = start.trialEnd ?? work.now;
  const cycle = cycleOf(start.items.map(({ price }) => price.cycle));
  const period: Period = periodFrom(work.now, anchor, cycle);
  const discount = start.discount && (await keepDiscount(work, start.discount, { id, ...start }, anchor));
  const facts = { ...start, anchor, created: work.now, discountIds: discount === undefined ? [] : [discount.id] };
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
