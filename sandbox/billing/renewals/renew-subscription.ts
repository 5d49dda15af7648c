import type Stripe from 'stripe';
import { previousOf } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { periodLine } from '../invoices/line-drafts.js';
import { makeInvoice } from '../invoices/make-invoice.js';
import { pendingItems } from '../invoices/pending-items.js';
import { customerOf, type Subscription } from '../lock.js';
import { type Period, periodFrom } from '../periods.js';
import { enterPhase } from '../schedules/enter-phase.js';
import { billingSettings } from '../settings.js';
import { endSubscription } from '../subscriptions/end-subscription.js';
import { cycleOf, isSameCycle } from '../subscriptions/item-price.js';
import { itemList } from '../subscriptions/new-items.js';
import { pauseAfterTrial } from '../subscriptions/pause-subscription.js';
import { soldItems } from '../subscriptions/sold-items.js';
import { periodOf, scheduleRenewal } from './schedule-renewal.js';

/**
 * What comes when the period of a subscription is over: its end when that was asked for, or another period with an
 * invoice that stays a draft for a while. Does nothing before its time, and with what has no further periods.
 */
export async function renewSubscription(work: Work, id: string): Promise<void> {
  const before = await findObject(work.tx, kinds.subscription, id, { lock: true });
  if (before === undefined || !goesOn(before.shown) || periodOf(before.shown).end > work.now) return;
  if (isToEnd(before.shown)) {
    await endSubscription(work, before, { reason: 'cancellation_requested' });
    return;
  }
  if (before.shown.status === 'trialing' && !(await hasMethod(work, before.shown))) {
    const { missing_payment_method } = before.shown.trial_settings?.end_behavior ?? {};
    if (missing_payment_method === 'pause') return pauseAfterTrial(work, before);
    if (missing_payment_method === 'cancel') {
      await endSubscription(work, before, { reason: null });
      return;
    }
  }
  await beginPeriod(work, before);
}

const goesOn = ({ status }: Stripe.Subscription): boolean =>
  ['active', 'trialing', 'past_due', 'unpaid'].includes(status);

function isToEnd(subscription: Stripe.Subscription): boolean {
  const { cancel_at, cancel_at_period_end } = subscription;
  return cancel_at_period_end || (cancel_at !== null && cancel_at <= periodOf(subscription).end);
}

async function hasMethod(work: Work, subscription: Stripe.Subscription): Promise<boolean> {
  if (subscription.default_payment_method !== null) return true;
  return (await customerOf(work, subscription)).invoice_settings.default_payment_method !== null;
}

async function beginPeriod(work: Work, before: Subscription): Promise<void> {
  const { shown } = before;
  const over = periodOf(shown);
  const known = await soldItems(work, shown);
  const { sold, schedule } = await enterPhase(work, before, known, over.end);
  const cycle = cycleOf(sold.map(({ price }) => price.cycle));
  const anchor = isSameCycle(cycle, cycleOf(known.map(({ price }) => price.cycle)))
    ? shown.billing_cycle_anchor
    : over.end;
  const period = periodFrom(over.end, anchor, cycle);
  const status = shown.status === 'trialing' ? 'active' : shown.status;
  const items = itemList(
    shown.id,
    sold.map(({ item }) => item),
  );
  const begun: Subscription = {
    ...before,
    shown: { ...inPeriod({ ...shown, items }, period), billing_cycle_anchor: anchor, schedule, status },
  };
  const { subscription } = await makeInvoice(work, begun, {
    billingReason: 'subscription_cycle',
    drafts: sold.map((each) => periodLine(each, period)),
    items: await pendingItems(work, shown.id),
    period: over,
    finalizesAt: await finalizesAt(work, begun.shown),
  });
  await saveObject(work.tx, subscription);
  await scheduleRenewal(work, subscription);
  await recordEvent(work, 'customer.subscription.updated', subscription.shown, previousOf(shown, subscription.shown));
}

/** The subscription with all its items in a period. */
export function inPeriod(subscription: Stripe.Subscription, { start, end }: Period): Stripe.Subscription {
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_end: end,
    current_period_start: start,
  }));
  return { ...subscription, items: itemList(subscription.id, items) };
}

/** Nobody is asked for the invoices of somebody who has not paid, or while that is paused, until the seller does so. */
async function finalizesAt(work: Work, { status, pause_collection }: Stripe.Subscription): Promise<number | null> {
  if (status === 'unpaid' || pause_collection?.behavior === 'keep_as_draft') return null;
  return work.now + (await billingSettings(work.tx)).draftSeconds;
}
