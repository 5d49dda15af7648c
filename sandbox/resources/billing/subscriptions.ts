import type Stripe from 'stripe';
import { listPage, need } from '../../api/common.js';
import { invalidRequest, noSuch } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { lockSubscription } from '../../billing/lock.js';
import {
  announceRenewal,
  announceTrialEnd,
  cancelDue,
  expireIncomplete,
  expirePending,
  resumeCollection,
} from '../../billing/renewals/due-subscriptions.js';
import { renewSubscription } from '../../billing/renewals/renew-subscription.js';
import { cancelSubscription } from '../../billing/subscriptions/cancel-subscription.js';
import { createSubscription } from '../../billing/subscriptions/create-subscription.js';
import { pauseSubscription } from '../../billing/subscriptions/pause-subscription.js';
import { resumeSubscription } from '../../billing/subscriptions/resume-subscription.js';
import { updateSubscription } from '../../billing/subscriptions/update-subscription.js';
import { atTimeOf } from '../../billing/test-clocks/test-clock-time.js';
import { pageOfLines } from '../../checkout/sessions/line-page.js';
import { kinds } from '../../kinds/kinds.js';
import { type Condition, listObjects } from '../../store/list.js';
import { findShown, type Identified } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

type Subscription = Stripe.Subscription;

const create = ({ work, params }: Call<Stripe.SubscriptionCreateParams>): Promise<Subscription> =>
  createSubscription(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Subscription> {
  return (await need(work, kinds.subscription, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.SubscriptionUpdateParams>): Promise<Subscription> {
  const found = await lockSubscription(work, id);
  return updateSubscription(await atTimeOf(work, found.shown.test_clock), found, params);
}

async function cancel({ work, params, id }: Call<Stripe.SubscriptionCancelParams>): Promise<Subscription> {
  const found = await lockSubscription(work, id);
  return cancelSubscription(await atTimeOf(work, found.shown.test_clock), found, params);
}

async function pause({ work, params, id }: Call<Stripe.SubscriptionPauseParams>): Promise<Subscription> {
  const found = await lockSubscription(work, id);
  return pauseSubscription(await atTimeOf(work, found.shown.test_clock), found, params);
}

async function resume({ work, params, id }: Call<Stripe.SubscriptionResumeParams>): Promise<Subscription> {
  const found = await lockSubscription(work, id);
  return resumeSubscription(await atTimeOf(work, found.shown.test_clock), found, params);
}

/** All subscriptions here are in the flexible mode from the beginning. */
async function migrate({ id }: Call<Stripe.SubscriptionMigrateParams>): Promise<never> {
  throw invalidRequest(`The subscription ${id} is already in the flexible billing mode.`, { param: 'billing_mode' });
}

/** Those that have ended are not among them, unless that is asked for. */
const list = ({ work, params }: Call<Stripe.SubscriptionListParams>) => {
  const { customer, price, status, test_clock } = params;
  const items = price === undefined ? undefined : { data: [{ price: { id: price } }] };
  return listPage(work, kinds.subscription, '/v1/subscriptions', params, {
    equal: { customer, items, test_clock },
    conditions: [...statusConditions(status), ...endConditions(params.current_period_end)],
  });
};

const ended = ['canceled', 'incomplete_expired'];

function statusConditions(status: Stripe.SubscriptionListParams.Status | undefined): Condition[] {
  if (status === 'all') return [];
  if (status === undefined) return [{ sql: `o.shown ->> 'status' <> $`, value: 'canceled' }];
  return [{ sql: `o.shown ->> 'status' = any($)`, value: status === 'ended' ? ended : [status] }];
}

const periodEnd = `(o.shown #>> '{items,data,0,current_period_end}')::bigint`;
const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function endConditions(given: Stripe.RangeQueryParam | number | undefined): Condition[] {
  if (given === undefined) return [];
  if (typeof given === 'number') return [{ sql: `${periodEnd} = $::bigint`, value: given }];
  return Object.entries(comparisons).flatMap(([name, operator]) => {
    const value = given[name as keyof typeof comparisons];
    return value === undefined ? [] : [{ sql: `${periodEnd} ${operator} $::bigint`, value }];
  });
}

/** Also of an invoice. */
export async function discountsOf(work: Work, { discounts }: Pick<Subscription, 'discounts'>): Promise<Identified[]> {
  const ids = discounts.map((discount) => (typeof discount === 'string' ? discount : discount.id));
  const found = await findShown(work.tx, ids);
  return ids.flatMap((id) => found.get(id) ?? []);
}

async function listItems({ work, params }: Call<Stripe.SubscriptionItemListParams>) {
  const { items } = (await need(work, kinds.subscription, params.subscription, { param: 'subscription' })).shown;
  return pageOfLines(items.data, params, '/v1/subscription_items');
}

async function retrieveItem({ work, id }: Call<unknown>): Promise<Stripe.SubscriptionItem> {
  const equal = { items: { data: [{ id }] } };
  const [subscription] = (await listObjects(work.tx, kinds.subscription, { equal, limit: 1 })).data;
  const item = subscription?.items.data.find((each) => each.id === id);
  if (item === undefined) throw noSuch('subscription_item', id);
  return item;
}

export const subscriptions: Resource = {
  routes: [
    route('POST /v1/subscriptions', create),
    route('GET /v1/subscriptions/:id', retrieve),
    route('POST /v1/subscriptions/:id', update),
    route('DELETE /v1/subscriptions/:id', cancel),
    route('POST /v1/subscriptions/:id/migrate', migrate),
    route('POST /v1/subscriptions/:id/pause', pause),
    route('POST /v1/subscriptions/:id/resume', resume),
    route('GET /v1/subscriptions', list),
    route('GET /v1/subscription_items/:id', retrieveItem),
    route('GET /v1/subscription_items', listItems),
  ],
  expansions: {
    subscription: {
      customer: 'by id',
      default_payment_method: 'by id',
      discounts: discountsOf,
      latest_invoice: 'by id',
      pending_setup_intent: 'by id',
      schedule: 'by id',
      test_clock: 'by id',
    },
    'discount.source': { coupon: 'by id' },
    plan: { product: 'by id' },
  },
  jobs: {
    'announce-renewal': announceRenewal,
    'announce-trial-end': announceTrialEnd,
    'cancel-subscription': cancelDue,
    'expire-incomplete': expireIncomplete,
    'expire-pending-update': expirePending,
    'renew-subscription': renewSubscription,
    'resume-collection': resumeCollection,
  },
};
