import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { listObjects } from '../../store/list.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Subscription } from '../lock.js';

interface Ending {
  reason: Stripe.Subscription.CancellationDetails.Reason | null;
  details?: Pick<Stripe.SubscriptionCancelParams.CancellationDetails, 'comment' | 'feedback'> | undefined;
}

/**
 * Ends a subscription for good. Its open invoices are tried no more, and its drafts stay drafts. The caller holds its
 * lock; locks the invoices.
 */
export async function endSubscription(
  work: Work,
  before: Subscription,
  { reason, details }: Ending,
): Promise<Subscription> {
  const { hidden, shown } = before;
  const after: Subscription = {
    shown: {
      ...shown,
      canceled_at: shown.canceled_at ?? work.now,
      cancellation_details: {
        comment: details?.comment ?? shown.cancellation_details?.comment ?? null,
        feedback: details?.feedback ?? shown.cancellation_details?.feedback ?? null,
        feedback_option: null,
        reason: shown.cancellation_details?.reason ?? reason,
      },
      ended_at: work.now,
      pause_collection: null,
      pending_update: null,
      schedule: null,
      status: 'canceled',
    },
    hidden: { ...(hidden.discount && { discount: hidden.discount }), debits: [] },
  };
  await saveObject(work.tx, after);
  await recordEvent(work, 'customer.subscription.deleted', after.shown);
  await stopCollecting(work, shown.id);
  if (shown.schedule !== null) await endSchedule(work, String(shown.schedule));
  return after;
}

/** Ends whatever a customer is subscribed to. Locks the subscriptions. */
export async function endSubscriptionsOf(work: Work, customerId: string): Promise<void> {
  const { data } = await listObjects(work.tx, kinds.subscription, {
    equal: { customer: customerId, ended_at: null },
    limit: 100,
  });
  for (const { id } of data) {
    const subscription = await findObject(work.tx, kinds.subscription, id, { lock: true });
    if (subscription?.shown.ended_at === null) await endSubscription(work, subscription, { reason: null });
  }
}

async function endSchedule(work: Work, id: string): Promise<void> {
  const schedule = await findObject(work.tx, kinds.subscriptionSchedule, id, { lock: true });
  if (schedule?.shown.status !== 'active') return;
  const shown: Stripe.SubscriptionSchedule = {
    ...schedule.shown,
    canceled_at: work.now,
    current_phase: null,
    status: 'canceled',
  };
  await saveObject(work.tx, { ...schedule, shown });
  await recordEvent(work, 'subscription_schedule.canceled', shown);
}

async function stopCollecting(work: Work, subscriptionId: string): Promise<void> {
  const parent = { subscription_details: { subscription: subscriptionId } };
  const { data } = await listObjects(work.tx, kinds.invoice, { equal: { parent, auto_advance: true }, limit: 100 });
  for (const { id } of data) {
    const invoice = await findObject(work.tx, kinds.invoice, id, { lock: true });
    if (invoice === undefined) continue;
    const shown = { ...invoice.shown, auto_advance: false, next_payment_attempt: null };
    await saveObject(work.tx, { ...invoice, shown });
  }
}
