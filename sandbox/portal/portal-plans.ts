import type Stripe from 'stripe';
import type { Sold } from '../billing/invoices/line-drafts.js';
import { isPayable } from '../billing/invoices/pay-invoice.js';
import { type ItemPrice, itemPrice } from '../billing/subscriptions/item-price.js';
import { soldItems } from '../billing/subscriptions/sold-items.js';
import { type HiddenConfiguration, kinds } from '../kinds/kinds.js';
import { listObjects } from '../store/list.js';
import { findObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

/** A subscription as its customer sees it. */
export interface PortalPlan {
  subscription: Stripe.Subscription;
  sold: Sold[];
  /** What it can be changed to. */
  options: ItemPrice[];
  /** What it becomes with its next period. */
  next: ItemPrice | undefined;
  /** What is still to be paid for it. */
  due: Stripe.Invoice | undefined;
}

const mostShown = 20;

/** What a customer is subscribed to, newest first. */
export async function portalPlans(
  work: Work,
  customerId: string,
  { products = [] }: HiddenConfiguration,
): Promise<PortalPlan[]> {
  const equal = { customer: customerId, ended_at: null };
  const { data } = await listObjects(work.tx, kinds.subscription, { equal, limit: mostShown });
  const plans: PortalPlan[] = [];
  for (const shown of data.filter(({ status }) => status !== 'incomplete_expired')) {
    plans.push(await portalPlan(work, shown, products));
  }
  return plans;
}

async function portalPlan(
  work: Work,
  subscription: Stripe.Subscription,
  products: NonNullable<HiddenConfiguration['products']>,
): Promise<PortalPlan> {
  const sold = await soldItems(work, subscription);
  const invoice = await findObject(work.tx, kinds.invoice, String(subscription.latest_invoice));
  return {
    subscription,
    sold,
    options: sold.length === 1 ? await optionsFor(work, subscription, products) : [],
    next: await nextPrice(work, subscription),
    due: invoice && isPayable(invoice.shown) ? invoice.shown : undefined,
  };
}

/**
 * Those of the prices that can be had in the currency of the subscription, and that are not what it has; cheapest
 * first.
 */
async function optionsFor(
  work: Work,
  { currency, items }: Stripe.Subscription,
  products: NonNullable<HiddenConfiguration['products']>,
): Promise<ItemPrice[]> {
  const options: ItemPrice[] = [];
  for (const id of products.flatMap(({ prices }) => prices)) {
    const price = await findObject(work.tx, kinds.price, id);
    const inCurrency = price?.shown.currency === currency || price?.hidden.currencyOptions?.[currency] !== undefined;
    const isOther = items.data.every((item) => item.price.id !== id);
    if (price?.shown.active && inCurrency && isOther) options.push(await itemPrice(work, id, currency, 'price'));
  }
  return options.toSorted((a, b) => Number(a.shown.unit_amount) - Number(b.shown.unit_amount));
}

async function nextPrice(work: Work, subscription: Stripe.Subscription): Promise<ItemPrice | undefined> {
  const { schedule, currency, items } = subscription;
  const found = schedule && (await findObject(work.tx, kinds.subscriptionSchedule, String(schedule)));
  const end = items.data[0]?.current_period_end;
  const phase = found ? found.shown.phases.find((each) => each.start_date === end) : undefined;
  const price = phase?.items[0]?.price;
  return price === undefined ? undefined : itemPrice(work, String(price), currency, 'price');
}

/** Whether what a customer has chosen waits for the end of the period, as the configuration says. */
export function waitsForPeriodEnd(
  { schedule_at_period_end: { conditions } }: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate,
  before: ItemPrice,
  chosen: ItemPrice,
): boolean {
  return conditions.some(({ type }) => {
    if (type === 'decreasing_item_amount') return chosen.ofLine.unitAmountMinor < before.ofLine.unitAmountMinor;
    return type === 'shortening_interval' && lengthOf(chosen) < lengthOf(before);
  });
}

const days: Record<string, number> = { day: 1, week: 7, month: 30, year: 365 };

const lengthOf = ({ cycle }: ItemPrice): number => (days[cycle.interval] ?? 0) * cycle.interval_count;
