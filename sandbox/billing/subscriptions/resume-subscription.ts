import type Stripe from 'stripe';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { collectInvoice } from '../invoices/collect-invoice.js';
import { finalizeInvoice } from '../invoices/finalize-invoice.js';
import { resumed } from '../invoices/follow-payment.js';
import { periodLine } from '../invoices/line-drafts.js';
import { makeInvoice } from '../invoices/make-invoice.js';
import { pendingItems } from '../invoices/pending-items.js';
import type { Subscription } from '../lock.js';
import { periodFrom } from '../periods.js';
import { inPeriod } from '../renewals/renew-subscription.js';
import { periodOf, scheduleRenewal } from '../renewals/schedule-renewal.js';
import { cycleOf } from './item-price.js';
import { soldItems } from './sold-items.js';

/**
 * Lets a paused subscription go on: with a period that begins now and is asked for at once, or with the one it was
 * paused in, as long as that is not over. It is active again when its invoice is paid, or after the attempt. The caller
 * holds its lock.
 */
export async function resumeSubscription(
  work: Work,
  before: Subscription,
  params: Stripe.SubscriptionResumeParams,
): Promise<Stripe.Subscription> {
  if (before.shown.status !== 'paused') {
    throw invalidRequest(`This subscription cannot be resumed, since it is ${before.shown.status} and not paused.`);
  }
  if (params.billing_cycle_anchor?.type === 'unchanged') return resumeWithin(work, before);
  const sold = await soldItems(work, before.shown);
  const period = periodFrom(work.now, work.now, cycleOf(sold.map(({ price }) => price.cycle)));
  const begun: Subscription = {
    ...before,
    shown: { ...inPeriod(before.shown, period), billing_cycle_anchor: work.now },
  };
  const made = await makeInvoice(work, begun, {
    billingReason: 'subscription_update',
    drafts: sold.map((each) => periodLine(each, period)),
    items: await pendingItems(work, before.shown.id),
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  await saveObject(work.tx, made.subscription);
  await scheduleRenewal(work, made.subscription);
  const invoice = await finalizeInvoice(work, {
    ...made.invoice,
    shown: { ...made.invoice.shown, auto_advance: true },
  });
  const { subscription } = await collectInvoice(work, { ...made, invoice }, { offSession: true, automatic: true });
  if (subscription.shown.status !== 'paused' || params.payment_behavior === 'resume_on_payment_success') {
    return subscription.shown;
  }
  return (await resumed(work, subscription, 'past_due')).shown;
}

async function resumeWithin(work: Work, before: Subscription): Promise<Stripe.Subscription> {
  if (periodOf(before.shown).end <= work.now) {
    throw notInSandbox('Received an unchanged anchor after the end of the period.', 'billing_cycle_anchor');
  }
  return (await resumed(work, before)).shown;
}
