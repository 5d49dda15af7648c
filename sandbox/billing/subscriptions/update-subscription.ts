import type Stripe from 'stripe';
import { withChanges } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { redeemDiscount } from '../../checkout/discounts/redeem-discount.js';
import { saveChange } from '../../events/change.js';
import { scheduleJob } from '../../jobs/schedule.js';
import type { LastingDiscount } from '../../kinds/billing.js';
import { mergeMetadata } from '../../params/metadata.js';
import type { Work } from '../../store/work.js';
import { changeSubscription, changesBilling } from '../changes/change-subscription.js';
import { customerOf, type Subscription } from '../lock.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { chosenMethod } from './chosen-method.js';
import { discountForItems } from './discount-for-items.js';
import { keepDiscount } from './lasting-discount.js';
import { soldItems } from './sold-items.js';

type Params = Stripe.SubscriptionUpdateParams;

/** Changes a subscription as a call asks for. The caller holds its lock. */
export async function updateSubscription(
  work: Work,
  before: Subscription,
  params: Params,
): Promise<Stripe.Subscription> {
  checkUpdate(before.shown, params);
  const updated = await withTerms(work, before, params);
  await saveChange(work, before.shown, updated, 'customer.subscription.updated');
  await scheduleTerms(work, updated.shown, params);
  return changesBilling(params) ? (await changeSubscription(work, updated, params)).shown : updated.shown;
}

/** What an update may still say about a subscription that has ended. */
const afterTheEnd = ['cancellation_details', 'expand', 'metadata'];

function checkUpdate({ schedule, status }: Stripe.Subscription, params: Params): void {
  const given = Object.keys(params).filter((name) => !afterTheEnd.includes(name));
  if (status === 'canceled' && given.length > 0) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.', {
      code: 'invalid_canceled_subscription_fields',
    });
  }
  const ends = params.cancel_at !== undefined || params.cancel_at_period_end !== undefined;
  if (schedule !== null && ends) {
    throw invalidRequest(
      `The subscription is managed by the subscription schedule \`${schedule}\`, and updating any cancelation ` +
        'behavior directly is not allowed. Please update the schedule instead.',
    );
  }
  if (params.cancel_at && params.cancel_at_period_end) {
    throw invalidRequest('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', {
      param: 'cancel_at',
    });
  }
}

async function withTerms(work: Work, before: Subscription, params: Params): Promise<Subscription> {
  const { shown } = before;
  const method = await chosenMethod(work, params.default_payment_method, String(shown.customer));
  const discount = await discountAfter(work, before, params);
  const { description, pause_collection: pause, payment_settings, trial_settings } = params;
  return {
    shown: {
      ...withChanges(shown, {
        default_payment_method: method?.shown.id,
        description,
        pause_collection: pause === undefined ? undefined : pauseOf(pause),
      }),
      ...endingOf(shown, params, work.now),
      discounts: discount === undefined ? [] : [discount.id],
      metadata: mergeMetadata(shown.metadata, params.metadata),
      ...(payment_settings?.save_default_payment_method && {
        payment_settings: {
          payment_method_options: null,
          payment_method_types: null,
          save_default_payment_method: payment_settings.save_default_payment_method,
        },
      }),
      ...(trial_settings?.end_behavior.missing_payment_method && {
        trial_settings: {
          end_behavior: {
            billing_cycle_anchor: null,
            missing_payment_method: trial_settings.end_behavior.missing_payment_method,
          },
        },
      }),
    },
    hidden: withDiscount(before.hidden, discount),
  };
}

function withDiscount(
  { discount: _, ...hidden }: Subscription['hidden'],
  discount: LastingDiscount | undefined,
): Subscription['hidden'] {
  return discount === undefined ? hidden : { ...hidden, discount };
}

const pauseOf = (given: Params['pause_collection']): Stripe.Subscription.PauseCollection | null =>
  given ? { behavior: given.behavior, resumes_at: given.resumes_at ?? null } : null;

type Ending = Pick<Stripe.Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'>;

/** When the subscription is to end: with its period, at a time of its own, or not. */
function endingOf(shown: Stripe.Subscription, params: Params, now: number): Ending {
  const { cancel_at: at, cancel_at_period_end: atPeriodEnd, cancellation_details: details } = params;
  const known = shown.cancellation_details;
  const said = {
    comment: details?.comment === undefined ? (known?.comment ?? null) : details.comment || null,
    feedback: details?.feedback === undefined ? (known?.feedback ?? null) : details.feedback || null,
    feedback_option: null,
  };
  const { cancel_at, cancel_at_period_end, canceled_at } = shown;
  const kept = { cancel_at, cancel_at_period_end, canceled_at };
  if (at === undefined && atPeriodEnd === undefined) {
    return { ...kept, cancellation_details: { ...said, reason: known?.reason ?? null } };
  }
  const { end } = periodOf(shown);
  const endsAt = atPeriodEnd || typeof at === 'string' ? end : (at ?? null);
  const wanted = endsAt || null;
  return {
    cancel_at: wanted,
    cancel_at_period_end: atPeriodEnd ?? false,
    canceled_at: wanted === null ? null : now,
    cancellation_details: { ...said, reason: wanted === null ? null : 'cancellation_requested' },
  };
}

async function scheduleTerms(work: Work, { id, cancel_at, pause_collection }: Stripe.Subscription, params: Params) {
  if (params.cancel_at && cancel_at !== null) await scheduleJob(work, 'cancel-subscription', id, cancel_at * 1000);
  const { resumes_at = null } = (params.pause_collection && pause_collection) || {};
  if (resumes_at !== null) await scheduleJob(work, 'resume-collection', id, resumes_at * 1000);
}

/** The discount that a subscription has from now on: another one, none, or the one it had. */
async function discountAfter(
  work: Work,
  { shown, hidden }: Subscription,
  { discounts }: Params,
): Promise<LastingDiscount | undefined> {
  if (discounts === undefined || (discounts && discounts.length === 0)) return hidden.discount;
  if (!discounts) return undefined;
  const sold = await soldItems(work, shown);
  const customer = await customerOf(work, shown);
  const given = await discountForItems(work, discounts, {
    items: sold.map(({ item, price }) => ({ price, quantity: item.quantity ?? 1 })),
    currency: shown.currency,
    customerId: customer.id,
    email: customer.email,
  });
  if (given === undefined) return hidden.discount;
  await redeemDiscount(work, given);
  return keepDiscount(work, given, { id: shown.id, customerId: customer.id }, work.now);
}
