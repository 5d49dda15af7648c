import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { changedItems } from '../changes/changed-items.js';
import type { Sold } from '../invoices/line-drafts.js';
import type { Subscription } from '../lock.js';
import { released } from './schedules.js';

export interface Entered {
  sold: Sold[];
  schedule: string | null;
}

/**
 * What a subscription consists of in the period that begins now: what it did before, or what its schedule says. A
 * schedule whose last phase has begun leaves the subscription to itself when that is over. The caller holds the lock of
 * the subscription.
 */
export async function enterPhase(work: Work, { shown }: Subscription, sold: Sold[], start: number): Promise<Entered> {
  if (shown.schedule === null) return { sold, schedule: null };
  const schedule = await findObject(work.tx, kinds.subscriptionSchedule, String(shown.schedule), { lock: true });
  if (schedule?.shown.status !== 'active') return { sold, schedule: null };
  const phase = schedule.shown.phases.find((each) => each.start_date <= start && start < each.end_date);
  if (phase === undefined) {
    const over = released(schedule.shown, work.now);
    await saveObject(work.tx, { ...schedule, shown: over });
    await recordEvent(work, 'subscription_schedule.released', over);
    return { sold, schedule: null };
  }
  const entered: Stripe.SubscriptionSchedule = {
    ...schedule.shown,
    current_phase: { end_date: phase.end_date, start_date: phase.start_date },
  };
  await saveObject(work.tx, { ...schedule, shown: entered });
  await recordEvent(work, 'subscription_schedule.updated', entered, { current_phase: schedule.shown.current_phase });
  return { sold: await phaseItems(work, shown, sold, phase), schedule: entered.id };
}

/** The items of a phase take the places of those that are there, so that they keep their ids. */
export function phaseItems(
  work: Work,
  subscription: Stripe.Subscription,
  sold: Sold[],
  { items }: Stripe.SubscriptionSchedule.Phase,
): Promise<Sold[]> {
  const changes = items.map(({ price, quantity = 1 }, index) => {
    const id = sold[index]?.item.id;
    return { ...(id !== undefined && { id }), price: String(price), quantity };
  });
  const gone = sold.slice(items.length).map(({ item }) => ({ id: item.id, deleted: true }));
  return changedItems(work, subscription, sold, [...changes, ...gone], { chosenBefore: true });
}
