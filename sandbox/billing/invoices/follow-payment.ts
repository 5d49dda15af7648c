import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { applyPending } from '../changes/apply-pending.js';
import type { Invoice, Subscription } from '../lock.js';
import { billingSettings } from '../settings.js';
import { endSubscription } from '../subscriptions/end-subscription.js';

type Status = Stripe.Subscription.Status;

/** What a subscription becomes when its latest invoice is paid. */
export function statusWhenPaid(status: Status): Status {
  switch (status) {
    case 'incomplete':
    case 'past_due':
    case 'unpaid':
      return 'active';
    default:
      return status;
  }
}

/** What a subscription becomes when its latest invoice could not be paid. */
export function statusWhenFailed(status: Status, { billing_reason }: Stripe.Invoice): Status {
  if (status === 'incomplete' || billing_reason === 'subscription_create') return status;
  return status === 'active' || status === 'trialing' ? 'past_due' : status;
}

/** The subscription after an invoice of it was paid. Only its latest one decides how it stands. */
export async function followPayment(
  work: Work,
  before: Subscription,
  { shown: invoice }: Invoice,
): Promise<Subscription> {
  const changed = await applyPending(work, before, invoice.id);
  if (changed.shown.latest_invoice !== invoice.id) return changed;
  if (changed.shown.status === 'paused') return resumed(work, changed);
  return withStatus(work, changed, statusWhenPaid(changed.shown.status));
}

export async function followFailure(
  work: Work,
  before: Subscription,
  { shown: invoice }: Invoice,
): Promise<Subscription> {
  // A change that waits for its payment leaves things as they are until then.
  if (before.shown.latest_invoice !== invoice.id || before.hidden.pending?.invoiceId === invoice.id) return before;
  return withStatus(work, before, statusWhenFailed(before.shown.status, invoice));
}

/** The last retry of an invoice has failed as well. */
export async function endRetries(work: Work, before: Subscription): Promise<Subscription> {
  if (before.shown.status !== 'past_due') return before;
  const { afterRetries } = await billingSettings(work.tx);
  if (afterRetries === 'cancel') return endSubscription(work, before, { reason: 'payment_failed' });
  return afterRetries === 'unpaid' ? withStatus(work, before, 'unpaid') : before;
}

/** A paused subscription goes on. */
export async function resumed(
  work: Work,
  before: Subscription,
  status: 'active' | 'past_due' = 'active',
): Promise<Subscription> {
  const { status_details: _, ...shown } = before.shown;
  const after: Subscription = { ...before, shown: { ...shown, status } };
  await saveObject(work.tx, after);
  await recordEvent(work, 'customer.subscription.resumed', after.shown);
  await recordEvent(work, 'customer.subscription.updated', after.shown, { status: before.shown.status });
  return after;
}

export async function withStatus(work: Work, before: Subscription, status: Status): Promise<Subscription> {
  const after: Subscription = { ...before, shown: { ...before.shown, status } };
  await saveChange(work, before.shown, after, 'customer.subscription.updated');
  return after;
}
