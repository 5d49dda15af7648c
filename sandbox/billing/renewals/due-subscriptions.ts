import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { dropPending } from '../changes/apply-pending.js';
import { withStatus } from '../invoices/follow-payment.js';
import { upcomingInvoice } from '../invoices/upcoming-invoice.js';
import { voidInvoice } from '../invoices/write-off-invoice.js';
import { lockInvoice, type Subscription } from '../lock.js';
import { billingSettings } from '../settings.js';
import { endSubscription } from '../subscriptions/end-subscription.js';
import { periodOf, trialNoticeSeconds } from './schedule-renewal.js';

const secondsADay = 24 * 60 * 60;

/** Nobody has paid a new subscription in time. */
export async function expireIncomplete(work: Work, id: string): Promise<void> {
  const before = await locked(work, id);
  if (before?.shown.status !== 'incomplete') return;
  const { subscription, invoice } = await lockInvoice(work, String(before.shown.latest_invoice));
  if (invoice.shown.status === 'open') await voidInvoice(work, { subscription, invoice });
  await withStatus(work, subscription, 'incomplete_expired');
}

/** Says what the next invoice will be, once for each period. */
export async function announceRenewal(work: Work, id: string): Promise<void> {
  const found = await locked(work, id);
  if (found === undefined || !['active', 'trialing', 'past_due'].includes(found.shown.status)) return;
  const { end } = periodOf(found.shown);
  const { upcomingDays } = await billingSettings(work.tx);
  const isItsTime = end > work.now && end - work.now <= upcomingDays * secondsADay && found.hidden.announced !== end;
  if (!isItsTime || found.shown.cancel_at !== null) return;
  await noteAnnounced(work, found, end);
  await recordEvent(work, 'invoice.upcoming', await upcomingInvoice(work, found));
}

async function noteAnnounced(work: Work, { shown, hidden }: Subscription, announced: number): Promise<void> {
  await saveChange(work, shown, { shown, hidden: { ...hidden, announced } }, 'customer.subscription.updated');
}

export async function announceTrialEnd(work: Work, id: string): Promise<void> {
  const found = await locked(work, id);
  const { status, trial_end = null } = found?.shown ?? {};
  if (found === undefined || status !== 'trialing' || trial_end === null) return;
  if (trial_end - trialNoticeSeconds > work.now || trial_end <= work.now) return;
  await recordEvent(work, 'customer.subscription.trial_will_end', found.shown);
}

/** Ends what was to end at a time of its own. */
export async function cancelDue(work: Work, id: string): Promise<void> {
  const found = await locked(work, id);
  const { cancel_at = null, ended_at = null } = found?.shown ?? {};
  if (found === undefined || cancel_at === null || cancel_at > work.now || ended_at !== null) return;
  await endSubscription(work, found, { reason: 'cancellation_requested' });
}

/** The invoices of a subscription are asked for again. */
export async function resumeCollection(work: Work, id: string): Promise<void> {
  const found = await locked(work, id);
  const { resumes_at = null } = found?.shown.pause_collection ?? {};
  if (found === undefined || resumes_at === null || resumes_at > work.now) return;
  const shown: Stripe.Subscription = { ...found.shown, pause_collection: null };
  await saveChange(work, found.shown, { ...found, shown }, 'customer.subscription.updated');
}

/** Nobody has paid for a change in time. */
export async function expirePending(work: Work, id: string): Promise<void> {
  const found = await locked(work, id);
  const { pending } = found?.hidden ?? {};
  if (found === undefined || pending === undefined) return;
  if ((found.shown.pending_update?.expires_at ?? 0) > work.now) return;
  const billing = await lockInvoice(work, pending.invoiceId);
  if (billing.invoice.shown.status === 'open') await voidInvoice(work, billing);
  else await dropPending(work, billing.subscription);
}

const locked = (work: Work, id: string): Promise<Subscription | undefined> =>
  findObject(work.tx, kinds.subscription, id, { lock: true });
