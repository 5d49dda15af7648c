import type Stripe from 'stripe';
import { listPage, need } from '../../api/common.js';
import { missingParam } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { lockSubscription } from '../../billing/lock.js';
import { createSchedule, lockSchedule, releaseSchedule, updateSchedule } from '../../billing/schedules/schedules.js';
import { endSubscription } from '../../billing/subscriptions/end-subscription.js';
import { atTimeOf } from '../../billing/test-clocks/test-clock-time.js';
import { kinds } from '../../kinds/kinds.js';

type Schedule = Stripe.SubscriptionSchedule;

async function create({ work, params }: Call<Stripe.SubscriptionScheduleCreateParams>): Promise<Schedule> {
  if (params.from_subscription === undefined) throw missingParam('from_subscription');
  const subscription = await lockSubscription(work, params.from_subscription);
  const its = await atTimeOf(work, subscription.shown.test_clock);
  return (await createSchedule(its, subscription, params.metadata)).shown;
}

async function retrieve({ work, id }: Call<unknown>): Promise<Schedule> {
  return (await need(work, kinds.subscriptionSchedule, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.SubscriptionScheduleUpdateParams>): Promise<Schedule> {
  const locked = await lockSchedule(work, id);
  return updateSchedule(await atTimeOf(work, locked.subscription.shown.test_clock), locked, params);
}

async function release({ work, id }: Call<unknown>): Promise<Schedule> {
  const locked = await lockSchedule(work, id);
  return releaseSchedule(await atTimeOf(work, locked.subscription.shown.test_clock), locked);
}

/** Ends the subscription along with its schedule. */
async function cancel({ work, id }: Call<unknown>): Promise<Schedule> {
  const { subscription } = await lockSchedule(work, id);
  const its = await atTimeOf(work, subscription.shown.test_clock);
  await endSubscription(its, subscription, { reason: 'cancellation_requested' });
  return (await need(work, kinds.subscriptionSchedule, id)).shown;
}

const list = ({ work, params }: Call<Stripe.SubscriptionScheduleListParams>) =>
  listPage(work, kinds.subscriptionSchedule, '/v1/subscription_schedules', params, {
    equal: { customer: params.customer },
  });

export const subscriptionSchedules: Resource = {
  routes: [
    route('POST /v1/subscription_schedules', create),
    route('GET /v1/subscription_schedules/:id', retrieve),
    route('POST /v1/subscription_schedules/:id', update),
    route('POST /v1/subscription_schedules/:id/release', release),
    route('POST /v1/subscription_schedules/:id/cancel', cancel),
    route('GET /v1/subscription_schedules', list),
  ],
  expansions: { subscription_schedule: { customer: 'by id', subscription: 'by id' } },
};
