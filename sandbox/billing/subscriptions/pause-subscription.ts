import type Stripe from 'stripe';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { previousOf } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { creditUnused, invoiceRest } from '../changes/settle-rest.js';
import type { Subscription } from '../lock.js';

/** A trial is over, and there is nothing to charge. */
export async function pauseAfterTrial(work: Work, before: Subscription): Promise<void> {
  await paused(work, before, 'trial_end_without_payment_method');
}

/**
 * Stops a subscription's periods until it is resumed. What is left of this one is given back, on an invoice of its own
 * or on the next one, unless that is not wanted.
 */
export async function pauseSubscription(
  work: Work,
  before: Subscription,
  params: Stripe.SubscriptionPauseParams,
): Promise<Stripe.Subscription> {
  const { status } = before.shown;
  if (status !== 'active' && status !== 'past_due') {
    throw invalidRequest(`You cannot pause a subscription with the status ${status}.`);
  }
  const creditsFrom = params.bill_for?.unused_time_from?.type ?? 'now';
  if (creditsFrom === 'item_current_period_start') {
    throw notInSandbox('Received a pause that credits a whole period.', 'bill_for[unused_time_from]');
  }
  const credited = creditsFrom === 'none' ? before : await creditUnused(work, before);
  const settled = params.invoicing_behavior === 'invoice' ? await invoiceRest(work, credited) : credited;
  return (await paused(work, settled, 'pause_requested')).shown;
}

type Reason = Stripe.Subscription.StatusDetails.Paused.Subscription.Type;

async function paused(work: Work, before: Subscription, reason: Reason): Promise<Subscription> {
  const after: Subscription = {
    ...before,
    shown: {
      ...before.shown,
      status: 'paused',
      status_details: {
        paused: { subscription: { type: reason }, transitioned_at: work.now, type: 'subscription' },
      },
    },
  };
  await saveObject(work.tx, after);
  await recordEvent(work, 'customer.subscription.paused', after.shown);
  await recordEvent(work, 'customer.subscription.updated', after.shown, previousOf(before.shown, after.shown));
  return after;
}
