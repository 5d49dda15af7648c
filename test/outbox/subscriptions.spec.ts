import { useScrip } from '../support/service/scrip.js';
import { everythingIsHeard } from '../support/shop/bank.js';
import { type FeedEvent, toldOf } from '../support/shop/feed.js';
import { anAccount } from '../support/shop/shop.js';
import { advance, advanceTo, askSubscription, payWith, subscribed, subscriptionOf } from '../support/shop/subscribe.js';

/** Months pass, and what was told is read in the end. */
const scrip = useScrip({ EVENTS_KEEP_DAYS: '3650' });

const WHAT_IT_IS = 'subscription.*,order.*,entitlement.*,payment.*';

/** What the feed tells of an account's subscription from its so many-th event on, once it has told so much. */
async function told(accountId: string, from: number, types: readonly string[]): Promise<FeedEvent[]> {
  await everythingIsHeard(scrip);
  const events = (await toldOf(scrip, accountId, from + types.length, WHAT_IT_IS)).slice(from);
  expect(events.map(({ type }) => type)).toEqual(types);
  return events;
}

it('a subscription is told from its beginning to its end', async () => {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId);
  const begun = ['subscription.started', 'entitlement.opened', 'subscription.access_changed', 'order.fulfilled'];
  const [started, opened, access, paid] = await told(accountId, 0, begun);
  expect(started?.data).toEqual(subscription);
  expect(opened?.data).toMatchObject({ feature: 'history', active: true, source: { type: 'subscription' } });
  expect(access?.data).toMatchObject({ stripeSubscriptionId: subscription.id, to: 'granted' });
  expect(paid?.data).toEqual(order);
  expect(paid?.data).toMatchObject({ credits: 20, status: 'fulfilled' });

  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  const [, renewed] = await told(accountId, 4, ['order.fulfilled', 'subscription.renewed']);
  expect(renewed?.data).toEqual(await subscriptionOf(scrip, accountId));

  await askSubscription(scrip, accountId, 'cancel');
  const [changed] = await told(accountId, 6, ['subscription.changed']);
  expect(changed?.data).toMatchObject({ cancelAtPeriodEnd: true });
  await askSubscription(scrip, accountId, 'resume');
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await told(accountId, 7, ['subscription.changed', 'subscription.changed', 'entitlement.opened', 'order.fulfilled']);

  await askSubscription(scrip, accountId, 'cancel', { now: true });
  const over = ['subscription.ended', 'entitlement.closed', 'entitlement.closed', 'subscription.access_changed'];
  const [ended] = await told(accountId, 11, over);
  expect(ended?.data).toEqual(await subscriptionOf(scrip, accountId));
});

it('a downgrade is told when it is agreed on, and when it happens', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, 'pro-monthly');
  await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  await everythingIsHeard(scrip);
  const events = await toldOf(scrip, accountId, 3, 'subscription.changed,subscription.renewed');
  expect(events.map(({ type, data: { plan, pendingPlan } }) => [type, plan, pendingPlan])).toEqual([
    ['subscription.changed', 'pro-monthly', 'basic-monthly'],
    ['subscription.changed', 'basic-monthly', null],
    ['subscription.renewed', 'basic-monthly', null],
  ]);
});

it('a payment that fails is told with its attempt, and what ends by the clock with its time', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 3 });
  await everythingIsHeard(scrip);
  const [failed] = await toldOf(scrip, accountId, 1, 'payment.*');
  expect(failed).toMatchObject({
    type: 'payment.failed',
    data: { stripeSubscriptionId: subscription.id, plan: 'basic-monthly', attempt: 1, amountMinor: 1500 },
  });
  const coming = await toldOf(scrip, accountId, 1, 'renewal.coming');
  expect(coming.map(({ data }) => data)).toEqual([
    { stripeSubscriptionId: subscription.id, plan: 'basic-monthly', renewsAt: subscription.currentPeriodEnd },
  ]);
  await advance(scrip, { days: 8 });
  await everythingIsHeard(scrip);
  expect(await toldOf(scrip, accountId, 1, 'subscription.ended')).toHaveLength(1);
});
