import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata, newMetadata } from '../../params/metadata.js';
import { insertObject, type Stored, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { checkDistinct } from '../changes/changed-items.js';
import { lockSubscription, type Subscription } from '../lock.js';
import { anniversary } from '../periods.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { checkQuantity } from '../subscriptions/create-subscription.js';
import { checkChoosable, cycleOf, itemPrice } from '../subscriptions/item-price.js';
import { newPhase, newSchedule } from './new-schedule.js';
import { checkTerms, laterTermsOf, termsOf } from './phase-terms.js';

type Schedule = Stored<Stripe.SubscriptionSchedule>;
type Phase = Stripe.SubscriptionSchedule.Phase;
type PhaseParams = Stripe.SubscriptionScheduleUpdateParams.Phase;

/** Puts a subscription under a schedule, which has its current period as the only phase. Locks the subscription. */
export async function createSchedule(
  work: Work,
  subscription: Subscription,
  metadata: Stripe.SubscriptionScheduleCreateParams['metadata'],
): Promise<Schedule> {
  const { shown } = subscription;
  if (shown.schedule !== null) {
    throw invalidRequest(`The subscription ${shown.id} is already attached to the schedule ${shown.schedule}.`, {
      param: 'from_subscription',
    });
  }
  if (!['active', 'trialing', 'past_due'].includes(shown.status)) {
    throw invalidRequest(`A subscription that is ${shown.status} cannot be scheduled.`, { param: 'from_subscription' });
  }
  const schedule = { shown: newSchedule(shown, currentPhase(shown), metadata, work.now), hidden: {} };
  await insertObject(work.tx, kinds.subscriptionSchedule, work.now, schedule.shown, {});
  await recordEvent(work, 'subscription_schedule.created', schedule.shown);
  await attach(work, subscription, schedule.shown.id);
  return schedule;
}

const currentPhase = (subscription: Stripe.Subscription): Phase =>
  newPhase({
    ...periodOf(subscription),
    currency: subscription.currency,
    terms: termsOf(subscription),
    items: subscription.items.data.map(({ price, quantity }) => ({ price: price.id, quantity: quantity ?? 1 })),
  });

const attach = (work: Work, { shown, hidden }: Subscription, schedule: string | null) =>
  saveChange(work, shown, { shown: { ...shown, schedule }, hidden }, 'customer.subscription.updated');

/** Locks the subscription, then the schedule. */
export async function lockSchedule(
  work: Work,
  id: string,
): Promise<{ schedule: Schedule; subscription: Subscription }> {
  const found = await need(work, kinds.subscriptionSchedule, id);
  const subscription = await lockSubscription(
    work,
    String(found.shown.subscription ?? found.shown.released_subscription),
  );
  return { subscription, schedule: await need(work, kinds.subscriptionSchedule, id, { lock: true }) };
}

/**
 * Says what comes after the current period: one more phase, with other items. The caller holds the locks of the
 * subscription and of the schedule.
 */
export async function updateSchedule(
  work: Work,
  { schedule, subscription }: { schedule: Schedule; subscription: Subscription },
  params: Stripe.SubscriptionScheduleUpdateParams,
): Promise<Stripe.SubscriptionSchedule> {
  checkActive(schedule.shown);
  if ((params.end_behavior ?? 'release') !== 'release') {
    throw notInSandbox(`Received the end_behavior ${params.end_behavior}.`, 'end_behavior');
  }
  const phases =
    params.phases === undefined ? schedule.shown.phases : await phasesOf(work, subscription.shown, params.phases);
  const shown: Stripe.SubscriptionSchedule = {
    ...schedule.shown,
    metadata: mergeMetadata(schedule.shown.metadata, params.metadata),
    phases,
  };
  await saveChange(work, schedule.shown, { ...schedule, shown }, 'subscription_schedule.updated');
  return shown;
}

async function phasesOf(
  work: Work,
  subscription: Stripe.Subscription,
  [current, next, ...more]: PhaseParams[],
): Promise<Phase[]> {
  if (current === undefined) throw invalidRequest('A schedule needs at least one phase.', { param: 'phases' });
  const { start, end } = periodOf(subscription);
  if (more.length > 0) throw notInSandbox('Received more than two phases.', 'phases');
  if (current.start_date !== undefined && current.start_date !== start) {
    throw notInSandbox('Received a first phase that does not begin with the current period.', 'phases[0][start_date]');
  }
  if (current.end_date !== undefined && current.end_date !== end) {
    throw notInSandbox('Received a first phase that does not end with the current period.', 'phases[0][end_date]');
  }
  const known = subscription.items.data;
  const same = current.items.every((each) => known.some(({ price }) => price.id === each.price));
  if (!same || current.items.length !== known.length) {
    throw notInSandbox('Received a first phase with other items than the current ones.', 'phases[0][items]');
  }
  checkTerms(current, termsOf(subscription), 'phases[0]');
  if (next !== undefined) checkTerms(next, laterTermsOf(subscription), 'phases[1]');
  const first = currentPhase(subscription);
  return next === undefined ? [first] : [first, await nextPhase(work, subscription, next)];
}

async function nextPhase(work: Work, subscription: Stripe.Subscription, params: PhaseParams): Promise<Phase> {
  const { currency } = subscription;
  const { end: start } = periodOf(subscription);
  const prices = [];
  for (const [index, { price }] of params.items.entries()) {
    const param = `phases[1][items][${index}][price]`;
    const found = await itemPrice(work, String(price), currency, param);
    checkChoosable(found, param);
    prices.push(found);
  }
  if (params.start_date !== undefined && params.start_date !== start) {
    throw notInSandbox('Received a phase that does not follow the current period.', 'phases[1][start_date]');
  }
  // What could not begin is refused while somebody asks for it, and not when the time comes.
  checkDistinct(prices.map(({ shown }) => shown.id));
  const ofPrices = cycleOf(prices.map((price) => price.cycle));
  const cycle = params.duration
    ? { interval: params.duration.interval, interval_count: params.duration.interval_count ?? 1 }
    : ofPrices;
  const end = typeof params.end_date === 'number' ? params.end_date : anniversary(start, cycle, 1);
  return newPhase({
    start,
    end,
    currency,
    terms: laterTermsOf(subscription),
    items: params.items.map(({ price, quantity, metadata }, index) => ({
      price: String(price),
      quantity: checkQuantity(quantity, `phases[1][items][${index}][quantity]`),
      metadata: newMetadata(metadata),
    })),
    metadata: newMetadata(params.metadata),
    prorationBehaviour: params.proration_behavior,
  });
}

/** Leaves the subscription as it is, and to itself. The caller holds the locks of both. */
export async function releaseSchedule(
  work: Work,
  { schedule, subscription }: { schedule: Schedule; subscription: Subscription },
): Promise<Stripe.SubscriptionSchedule> {
  checkActive(schedule.shown);
  const shown = released(schedule.shown, work.now);
  await saveObject(work.tx, { ...schedule, shown });
  await recordEvent(work, 'subscription_schedule.released', shown);
  await attach(work, subscription, null);
  return shown;
}

export const released = (schedule: Stripe.SubscriptionSchedule, now: number): Stripe.SubscriptionSchedule => ({
  ...schedule,
  current_phase: null,
  released_at: now,
  released_subscription: String(schedule.subscription),
  status: 'released',
  subscription: null,
});

function checkActive({ status }: Stripe.SubscriptionSchedule): void {
  if (status === 'active') return;
  throw invalidRequest(`You cannot change a subscription schedule that is currently in the \`${status}\` status.`);
}
