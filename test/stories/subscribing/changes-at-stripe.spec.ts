import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, payAt } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  // The portal offers every plan, so that each has its price at Stripe.
  await scrip.call('POST', '/v1/portal-sessions', { accountId: await anAccount(scrip) });
});

const fetched = async (accountId: string) => {
  const { id } = await subscriptionOf(scrip, accountId);
  return stripeOf(scrip).subscriptions.retrieve(id);
};

async function priceOf(plan: string): Promise<string> {
  const { data } = await stripeOf(scrip).prices.list({ product: `scrip_${plan}`, active: true });
  if (data[0] === undefined) throw new Error(`${plan} has no price at Stripe`);
  return data[0].id;
}

/** What a seller does in the dashboard: at once, and with money back. */
async function switchTo(accountId: string, plan: string): Promise<void> {
  const { id, items } = await fetched(accountId);
  await stripeOf(scrip).subscriptions.update(id, {
    items: [{ id: items.data[0]?.id, price: await priceOf(plan) }],
    proration_behavior: 'always_invoice',
  });
  await advance(scrip, { seconds: 1 });
}

it('what the customer paid with money that was given back becomes an order and an allowance, too', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, 'pro-monthly');
  await advance(scrip, { days: 2 });
  await switchTo(accountId, 'basic-monthly');
  await advance(scrip, { days: 2 });
  await switchTo(accountId, 'pro-monthly');
  const { data } = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body;
  expect(data).toMatchObject([
    { product: 'pro-monthly', status: 'fulfilled', credits: 0, paymentIntentId: null },
    { product: 'basic-monthly', status: 'fulfilled', credits: 0, paymentIntentId: null },
    { product: 'pro-monthly', status: 'fulfilled', credits: 50, amountMinor: 3000 },
  ]);
  const allowances = await scrip.sql(
    `select kind, plan, allotment_credits, credits from allowances where account_id = $1 order by starts_at`,
    [accountId],
  );
  expect(allowances).toEqual([
    { kind: 'period', plan: 'pro-monthly', allotment_credits: '50', credits: '50' },
    { kind: 'upgrade', plan: 'basic-monthly', allotment_credits: '20', credits: '0' },
    { kind: 'upgrade', plan: 'pro-monthly', allotment_credits: '50', credits: '0' },
  ]);
  expect(await balanceOf(scrip, accountId)).toBe(50);
});

/** A subscription in the second phase of its schedule: what was to come with this period has come. */
async function downgraded(accountId: string, from: string, to: string) {
  const { subscription } = await subscribed(scrip, accountId, from);
  await askSubscription(scrip, accountId, 'change', { plan: to });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: to, status: 'active' });
  expect((await fetched(accountId)).schedule).not.toBeNull();
  return subscriptionOf(scrip, accountId);
}

it('a subscription that a schedule still goes on with can be cancelled', async () => {
  const accountId = await anAccount(scrip);
  const { currentPeriodEnd } = await downgraded(accountId, 'pro-monthly', 'basic-monthly');
  const canceled = await askSubscription(scrip, accountId, 'cancel');
  expect(canceled).toMatchObject({ status: 200, body: { plan: 'basic-monthly', cancelAtPeriodEnd: true } });
  expect((await fetched(accountId)).schedule).toBeNull();
  await advanceTo(scrip, currentPeriodEnd);
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'canceled', balance: 0 });
});

it('a subscription in the second phase of its schedule can be downgraded once more', async () => {
  const accountId = await anAccount(scrip);
  const { currentPeriodEnd } = await downgraded(accountId, 'team-monthly', 'pro-monthly');
  const changed = await askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' });
  expect(changed).toMatchObject({
    status: 200,
    body: { plan: 'pro-monthly', pendingPlan: 'basic-monthly', pendingPlanAt: currentPeriodEnd },
  });
  await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'basic-monthly', status: 'active', balance: 20 });
});

it('a subscription in the second phase of its schedule can be upgraded, and stays so', async () => {
  const accountId = await anAccount(scrip);
  const { currentPeriodEnd } = await downgraded(accountId, 'pro-monthly', 'basic-monthly');
  const changed = await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  expect(changed).toMatchObject({ status: 200, body: { plan: 'team-monthly', pendingPlan: null } });
  await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'team-monthly', status: 'active', balance: 200 });
});

/** Where the customer pays for a plan that they chose in the portal with a card that does not pay by itself. */
async function chooseUnpaid(accountId: string, plan: string): Promise<string> {
  const stripe = stripeOf(scrip);
  const { id, customer } = await fetched(accountId);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: bad.id });
  const { body: portal } = await scrip.call('POST', '/v1/portal-sessions', { accountId });
  const answer = await fetch(`${portal.url}/subscriptions/${id}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ price: await priceOf(plan) }),
  });
  return new URL(String(answer.headers.get('location')), scrip.sandboxUrl).href;
}

it('an upgrade in the portal that waits for its payment gives nothing before, and everything with it', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  const invoicePage = await chooseUnpaid(accountId, 'pro-monthly');
  await advance(scrip, { hours: 5 });
  expect((await fetched(accountId)).pending_update).not.toBeNull();
  const waiting = { plan: 'basic-monthly', status: 'active', accessState: 'granted', balance: 20 };
  expect(await standingOf(scrip, accountId)).toEqual(waiting);
  expect((await subscriptionOf(scrip, accountId)).features).toEqual(['history']);

  expect((await payAt(invoicePage)).status).toBe(303);
  await advance(scrip, { seconds: 1 });
  const { balance, ...standing } = await standingOf(scrip, accountId);
  expect(standing).toEqual({ plan: 'pro-monthly', status: 'active', accessState: 'granted' });
  expect(balance).toBeGreaterThanOrEqual(20 + 29);
  expect((await subscriptionOf(scrip, accountId)).features).toEqual(['history', 'priority']);
});

it('an upgrade in the portal that nobody pays for expires, and leaves everything as it was', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  const invoicePage = await chooseUnpaid(accountId, 'pro-monthly');
  await advance(scrip, { days: 2 });
  const left = { plan: 'basic-monthly', status: 'active', accessState: 'granted', balance: 20 };
  expect(await standingOf(scrip, accountId)).toEqual(left);
  expect((await payAt(invoicePage)).status).not.toBe(303);
  await advance(scrip, { seconds: 1 });
  expect(await standingOf(scrip, accountId)).toEqual(left);
  const events = await scrip.sql<{ type: string; status: string }>(
    `select type, status from stripe_events where type like 'customer.subscription.pending_update%' order by type`,
  );
  expect(new Set(events.map(({ type, status }) => `${type} ${status}`))).toEqual(
    new Set([
      'customer.subscription.pending_update_applied handled',
      'customer.subscription.pending_update_expired handled',
    ]),
  );
});
