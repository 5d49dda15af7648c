import type Stripe from 'stripe';
import { type ChangeParams, changeSubscription } from '../billing/changes/change-subscription.js';
import { previewInvoice } from '../billing/invoices/preview-invoice.js';
import { lockSubscription, type Subscription } from '../billing/lock.js';
import { laterTermsOf, termsOf } from '../billing/schedules/phase-terms.js';
import { createSchedule, lockSchedule, releaseSchedule, updateSchedule } from '../billing/schedules/schedules.js';
import { cancelSubscription } from '../billing/subscriptions/cancel-subscription.js';
import { type ItemPrice, itemPrice } from '../billing/subscriptions/item-price.js';
import { soldItems } from '../billing/subscriptions/sold-items.js';
import { updateSubscription } from '../billing/subscriptions/update-subscription.js';
import { atTimeOf } from '../billing/test-clocks/test-clock-time.js';
import type { Work } from '../store/work.js';
import { waitsForPeriodEnd } from './portal-plans.js';

type Features = Stripe.BillingPortal.Configuration.Features;

/**
 * What becomes of a plan that a customer has chosen: it is theirs, it waits for the period's end, or for this invoice.
 */
export type PlanOutcome = { kind: 'changed' } | { kind: 'scheduled' } | { kind: 'unpaid'; invoiceId: string };

/** What a change costs now, or undefined when it waits for the end of the period. */
export async function previewPlan(
  work: Work,
  subscription: Stripe.Subscription,
  price: ItemPrice,
  features: Features,
): Promise<Stripe.Invoice | undefined> {
  const [before] = await soldItems(work, subscription);
  if (before === undefined || waitsForPeriodEnd(features.subscription_update, before.price, price)) return undefined;
  const { payment_behavior: _, off_session: __, ...details } = changeParams(subscription, price.shown.id, features);
  return previewInvoice(work, {
    subscription: subscription.id,
    subscription_details: details as Stripe.InvoiceCreatePreviewParams.SubscriptionDetails,
  });
}

/**
 * Changes a customer's plan to one that was offered to them, at once or with the next period. Locks the subscription.
 */
export async function changePlan(
  asked: Work,
  subscriptionId: string,
  priceId: string,
  features: Features,
): Promise<PlanOutcome> {
  const { work, subscription } = await unscheduled(asked, subscriptionId);
  const { shown } = subscription;
  const [before] = await soldItems(work, shown);
  const chosen = await itemPrice(work, priceId, shown.currency, 'price');
  if (before !== undefined && waitsForPeriodEnd(features.subscription_update, before.price, chosen)) {
    await scheduleChange(work, subscription, priceId);
    return { kind: 'scheduled' };
  }
  const params = changeParams(shown, priceId, features);
  const changed = await changeSubscription(work, subscription, params);
  const { pending } = changed.hidden;
  return pending === undefined ? { kind: 'changed' } : { kind: 'unpaid', invoiceId: pending.invoiceId };
}

function changeParams(
  { items, status }: Stripe.Subscription,
  priceId: string,
  { subscription_update: { proration_behavior, trial_update_behavior } }: Features,
): ChangeParams {
  const ends = status === 'trialing' && trial_update_behavior === 'end_trial';
  return {
    items: items.data.slice(0, 1).map(({ id, quantity = 1 }) => ({ id, price: priceId, quantity })),
    payment_behavior: 'pending_if_incomplete',
    proration_behavior,
    ...(ends && { trial_end: 'now' as const }),
  };
}

async function scheduleChange(work: Work, subscription: Subscription, priceId: string): Promise<void> {
  const { shown } = subscription;
  const schedule = await createSchedule(work, subscription, {});
  const locked = await lockSchedule(work, schedule.shown.id);
  const quantity = shown.items.data[0]?.quantity ?? 1;
  await updateSchedule(work, locked, {
    phases: [
      { items: shown.items.data.map(({ price }) => ({ price: price.id })), ...termsOf(shown) },
      { items: [{ price: priceId, quantity }], ...laterTermsOf(shown), proration_behavior: 'none' },
    ],
  });
}

/** Ends a subscription as the configuration lets customers do it. Locks the subscription. */
export async function cancelPlan(
  asked: Work,
  subscriptionId: string,
  { subscription_cancel: { mode, proration_behavior } }: Features,
  feedback: string | undefined,
): Promise<void> {
  const { work, subscription } = await unscheduled(asked, subscriptionId);
  const details = feedback === undefined ? {} : { cancellation_details: { feedback } };
  if (mode === 'immediately') {
    const prorates = proration_behavior !== 'none';
    await cancelSubscription(work, subscription, { invoice_now: prorates, prorate: prorates, ...details });
  } else {
    await updateSubscription(work, subscription, { cancel_at_period_end: true, ...details });
  }
}

/**
 * Takes back what was to come with the end of the period: the subscription goes on as it is. Locks the subscription.
 */
export async function keepPlan(asked: Work, subscriptionId: string): Promise<void> {
  const { work, subscription } = await unscheduled(asked, subscriptionId);
  if (subscription.shown.cancel_at !== null) {
    await updateSubscription(work, subscription, { cancel_at_period_end: false });
  }
}

/** The subscription, at its time, without a schedule that it may have had. */
async function unscheduled(asked: Work, id: string): Promise<{ work: Work; subscription: Subscription }> {
  const subscription = await lockSubscription(asked, id);
  const work = await atTimeOf(asked, subscription.shown.test_clock);
  if (subscription.shown.schedule === null) return { work, subscription };
  await releaseSchedule(work, await lockSchedule(work, String(subscription.shown.schedule)));
  return { work, subscription: await lockSubscription(work, id) };
}
