import type Stripe from 'stripe';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { previousOf } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { scheduleJob } from '../../jobs/schedule.js';
import type { LineDraft } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import { insertObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { collectInvoice } from '../invoices/collect-invoice.js';
import { finalizeInvoice } from '../invoices/finalize-invoice.js';
import { throwDeclined } from '../invoices/invoice-declined.js';
import { makeInvoice } from '../invoices/make-invoice.js';
import { newInvoiceItem } from '../invoices/new-invoice-item.js';
import { pendingItems } from '../invoices/pending-items.js';
import { voidInvoice } from '../invoices/write-off-invoice.js';
import { type Billing, lockInvoice, lockSubscription, type Subscription } from '../lock.js';
import { periodOf, scheduleRenewal } from '../renewals/schedule-renewal.js';
import { discountAt } from '../subscriptions/lasting-discount.js';
import { soldItems } from '../subscriptions/sold-items.js';
import { changedItems } from './changed-items.js';
import { type Behaviour, type Change, planChange } from './plan-change.js';

/** What of an update concerns the items, the trial, and what is asked for. */
export type ChangeParams = Pick<
  Stripe.SubscriptionUpdateParams,
  'billing_cycle_anchor' | 'items' | 'off_session' | 'proration_behavior' | 'proration_date' | 'trial_end'
> & { payment_behavior?: string };

/** How long a change may wait for its payment. */
const pendingSeconds = 23 * 60 * 60;

/** Whether an update changes what a subscription asks for. */
export const changesBilling = ({ billing_cycle_anchor, items, trial_end }: ChangeParams): boolean =>
  items !== undefined || trial_end !== undefined || billing_cycle_anchor?.type === 'now';

/** What a change would come to, decided and not done. */
export async function plannedChange(work: Work, before: Subscription, params: ChangeParams): Promise<Change> {
  checkChange(before.shown, params, work.now);
  const sold = await soldItems(work, before.shown);
  const at = params.proration_date ?? work.now;
  return planChange(
    {
      subscription: before.shown,
      sold,
      debits: before.hidden.debits,
      discount: discountAt(before.hidden.discount, at),
    },
    {
      sold: await changedItems(work, before.shown, sold, params.items ?? []),
      trialEnd: params.trial_end,
      anchorsNow: params.billing_cycle_anchor?.type === 'now',
      behaviour: (params.proration_behavior ?? 'create_prorations') as Behaviour,
      at,
    },
  );
}

function checkChange({ status, ...subscription }: Stripe.Subscription, params: ChangeParams, now: number): void {
  if (!['active', 'trialing', 'past_due', 'unpaid'].includes(status)) {
    throw invalidRequest(`The items of a subscription cannot be changed while it is ${status}.`, { param: 'items' });
  }
  if (params.payment_behavior === 'default_incomplete') {
    throw notInSandbox('Received default_incomplete for an update.', 'payment_behavior');
  }
  const { start, end } = { start: subscription.items.data[0]?.current_period_start ?? 0, end: periodEnd(subscription) };
  const { proration_date: at, trial_end: trialEnd } = params;
  if (at !== undefined && (at < start || at >= end)) {
    throw invalidRequest('Invalid proration_date: it must be within the current period.', { param: 'proration_date' });
  }
  if (typeof trialEnd === 'number' && trialEnd <= now) {
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', {
      param: 'trial_end',
    });
  }
}

const periodEnd = ({ items }: Pick<Stripe.Subscription, 'items'>): number => items.data[0]?.current_period_end ?? 0;

/**
 * Changes the items, the trial or the anchor of a subscription, and asks at once for what is to be paid at once. The
 * caller holds its lock. Throws the decline and undoes all when that is asked for.
 */
export async function changeSubscription(work: Work, found: Subscription, params: ChangeParams): Promise<Subscription> {
  const before = await withoutPending(work, found);
  const change = await plannedChange(work, before, params);
  const waits = params.payment_behavior === 'pending_if_incomplete' && change.invoicesNow;
  if (waits) return changeWhenPaid(work, before, change, params);
  const after = withChange(before, change);
  await saveObject(work.tx, after);
  await keepProrations(work, after.shown, change.prorations);
  await scheduleRenewal(work, after);
  if (!change.invoicesNow) {
    await tell(work, before, after);
    return after;
  }
  const made = await invoiceChange(work, after, change);
  await saveObject(work.tx, made.subscription);
  await tell(work, before, made.subscription);
  return (await payChange(work, made, params)).subscription;
}

/** A change that was waiting for its payment gives way to the next one. */
async function withoutPending(work: Work, before: Subscription): Promise<Subscription> {
  if (before.hidden.pending === undefined) return before;
  const waiting = await lockInvoice(work, before.hidden.pending.invoiceId);
  if (waiting.invoice.shown.status === 'open') await voidInvoice(work, waiting);
  return lockSubscription(work, before.shown.id);
}

const withChange = ({ shown, hidden }: Subscription, change: Change): Subscription => ({
  shown: { ...shown, ...change.shown },
  hidden: { ...hidden, debits: change.debits },
});

const tell = (work: Work, before: Subscription, { shown }: Subscription) =>
  recordEvent(work, 'customer.subscription.updated', shown, previousOf(before.shown, shown));

/** Keeps what is to stand on the next invoice of a subscription. */
export async function keepProrations(work: Work, shown: Stripe.Subscription, drafts: LineDraft[]): Promise<void> {
  for (const draft of drafts) {
    const { shown: item, hidden } = newInvoiceItem(shown, draft, work.now);
    await insertObject(work.tx, kinds.invoiceItem, work.now, item, hidden);
    await recordEvent(work, 'invoiceitem.created', item);
  }
}

const invoiceChange = async (work: Work, after: Subscription, { full }: Change): Promise<Billing> =>
  makeInvoice(work, after, {
    billingReason: 'subscription_update',
    drafts: full,
    items: await pendingItems(work, after.shown.id),
    period: { start: periodOf(after.shown).start, end: work.now },
    finalizesAt: null,
  });

async function payChange(work: Work, made: Billing, params: ChangeParams): Promise<Billing> {
  const invoice = await finalizeInvoice(work, {
    ...made.invoice,
    shown: { ...made.invoice.shown, auto_advance: true },
  });
  const how = { offSession: params.off_session ?? false, automatic: true };
  const collected = await collectInvoice(work, { ...made, invoice }, how);
  if (params.payment_behavior === 'error_if_incomplete') throwDeclined(collected.outcome);
  return collected;
}

/** Lets the change wait until its invoice is paid, which may be at once. */
async function changeWhenPaid(
  work: Work,
  before: Subscription,
  change: Change,
  params: ChangeParams,
): Promise<Subscription> {
  await keepProrations(work, before.shown, change.prorations);
  const { invoice, subscription: invoiced } = await invoiceChange(work, before, change);
  const waiting: Subscription = {
    shown: { ...before.shown, latest_invoice: invoice.shown.id },
    hidden: {
      ...before.hidden,
      pending: { invoiceId: invoice.shown.id, shown: change.shown, debits: invoiced.hidden.debits },
    },
  };
  await saveObject(work.tx, waiting);
  const { subscription } = await payChange(work, { invoice, subscription: waiting }, params);
  return subscription.hidden.pending === undefined ? subscription : wait(work, subscription, change);
}

async function wait(work: Work, { shown, hidden }: Subscription, change: Change): Promise<Subscription> {
  const expiresAt = work.now + pendingSeconds;
  const after: Subscription = {
    shown: {
      ...shown,
      pending_update: {
        billing_cycle_anchor: change.shown.billing_cycle_anchor,
        cancel_at_period_end: null,
        discount: null,
        discounts: null,
        expires_at: expiresAt,
        metadata: null,
        subscription_items: change.shown.items.data,
        trial_end: change.shown.trial_end,
        trial_from_plan: null,
      },
    },
    hidden,
  };
  await saveObject(work.tx, after);
  await recordEvent(work, 'customer.subscription.updated', after.shown, previousOf(shown, after.shown));
  await scheduleJob(work, 'expire-pending-update', shown.id, expiresAt * 1000);
  return after;
}
