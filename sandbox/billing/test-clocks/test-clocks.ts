import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { keepNew, saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { scheduleJob } from '../../jobs/schedule.js';
import { kinds } from '../../kinds/kinds.js';
import { newId } from '../../store/ids.js';
import { listObjects } from '../../store/list.js';
import { deleteObject, findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { anniversary } from '../periods.js';
import { endSubscriptionsOf } from '../subscriptions/end-subscription.js';
import { atTestClock } from './test-clock-time.js';

type TestClock = Stripe.TestHelpers.TestClock;

const lifeSeconds = 30 * 24 * 60 * 60;

export async function createTestClock(
  work: Work,
  { frozen_time, name, customer }: Stripe.TestHelpers.TestClockCreateParams,
): Promise<TestClock> {
  const clock: TestClock = {
    id: newId('clock'),
    object: 'test_helpers.test_clock',
    created: work.now,
    deletes_after: work.now + lifeSeconds,
    frozen_time,
    livemode: false,
    name: name ?? null,
    status: 'ready',
    status_details: {},
  };
  const hidden = { doneUntil: frozen_time };
  await keepNew(work, kinds.testClock, { shown: clock, hidden }, 'test_helpers.test_clock.created');
  if (customer !== undefined) await attachCustomer(work, customer, clock.id);
  return clock;
}

async function attachCustomer(work: Work, customerId: string, clockId: string): Promise<void> {
  const customer = await need(work, kinds.customer, customerId, { param: 'customer', lock: true });
  const { data } = await listObjects(work.tx, kinds.subscription, { equal: { customer: customerId }, limit: 1 });
  if (customer.shown.test_clock || data.length > 0) {
    throw invalidRequest('The customer already has a test clock or subscriptions.', { param: 'customer' });
  }
  const shown = { ...customer.shown, test_clock: clockId };
  await saveChange(work, customer.shown, { ...customer, shown }, 'customer.updated');
}

/**
 * Lets the time of a clock go on. What falls due in it is done in the background, in order of time, and the clock is
 * ready again after that. The caller holds its lock.
 */
export async function advanceTestClock(work: Work, id: string, until: number): Promise<TestClock> {
  const before = await need(work, kinds.testClock, id, { lock: true });
  if (before.shown.status !== 'ready') {
    throw invalidRequest('Test clock advancement underway - cannot perform modifications');
  }
  await checkReach(work, before.shown, until);
  const shown: TestClock = {
    ...before.shown,
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: until } },
  };
  await saveChange(work, before.shown, { shown, hidden: { doneUntil: until } }, 'test_helpers.test_clock.advancing');
  await scheduleJob(atTestClock(work, id, before.shown.frozen_time), 'reach-test-clock', id, until * 1000);
  return shown;
}

/** Stripe goes two periods at a time at most. */
async function checkReach(work: Work, { id, frozen_time }: TestClock, until: number): Promise<void> {
  if (until <= frozen_time) {
    throw invalidRequest('The frozen time must be after the current one.', { param: 'frozen_time' });
  }
  const { data } = await listObjects(work.tx, kinds.subscription, { equal: { test_clock: id }, limit: 100 });
  const ends = data
    .flatMap(({ items }) => items.data[0]?.price.recurring ?? [])
    .map((cycle) => anniversary(frozen_time, cycle, 2));
  if (until <= Math.min(...ends)) return;
  throw invalidRequest(
    'The advance cannot be more than two intervals from the current frozen time, based on the shortest subscription.',
    { param: 'frozen_time' },
  );
}

/** The last job of an advance: all that was due before has been done. */
export async function reachTestClock(work: Work, id: string): Promise<void> {
  const before = await findObject(work.tx, kinds.testClock, id, { lock: true });
  if (before?.shown.status !== 'advancing') return;
  const shown: TestClock = {
    ...before.shown,
    frozen_time: before.hidden.doneUntil,
    status: 'ready',
    status_details: {},
  };
  await saveObject(work.tx, { ...before, shown });
  await recordEvent(work, 'test_helpers.test_clock.ready', shown);
}

/** Takes a clock away, with its customers and what they are subscribed to. */
export async function deleteTestClock(work: Work, id: string): Promise<void> {
  const { shown } = await need(work, kinds.testClock, id, { lock: true });
  const { data } = await listObjects(work.tx, kinds.customer, { equal: { test_clock: id }, limit: 100 });
  for (const customer of data) {
    await endSubscriptionsOf(work, customer.id);
    await deleteObject(work.tx, customer.id);
    await recordEvent(work, 'customer.deleted', customer);
  }
  await work.tx.query('delete from sandbox.jobs where test_clock_id = $1', [id]);
  await deleteObject(work.tx, id);
  await recordEvent(work, 'test_helpers.test_clock.deleted', shown);
}
