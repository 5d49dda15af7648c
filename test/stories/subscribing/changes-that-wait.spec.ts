import { setTimeout as pause } from 'node:timers/promises';
import { useScrip } from '../../support/service/scrip.js';
import { changedAtStripe, priceOf } from '../../support/shop/dashboard.js';
import { anAccount, spendOf } from '../../support/shop/shop.js';
import { fault, stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  ordersOf,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();

beforeAll(async () => {
  const plan = { kind: 'plan', features: ['history'] };
  const of = (amountMinor: number) => ({ prices: [{ currency: 'usd', amountMinor }] });
  const plans = {
    'tiny-yearly': { ...plan, ...of(1_200), name: 'Tiny', credits: 1, interval: 'year' },
    'mid-yearly': { ...plan, ...of(6_000), name: 'Mid', credits: 5, interval: 'year' },
    yearly: { ...plan, ...of(12_000), name: 'Year', credits: 10, interval: 'year' },
    'tried-monthly': { ...plan, ...of(1_200), name: 'Tried', credits: 10, trialDays: 14, trialCredits: 3 },
  };
  for (const [key, body] of Object.entries(plans)) await scrip.call('PUT', `/v1/products/${key}`, body);
});

/** What the customer owes beside the invoices: negative for what they were given back. */
async function owedBy(accountId: string): Promise<number> {
  const { id } = await subscriptionOf(scrip, accountId);
  const { customer } = await stripeOf(scrip).subscriptions.retrieve(id, { expand: ['customer'] });
  if (typeof customer === 'string' || customer.deleted === true) throw new Error('the customer is there');
  return customer.balance;
}

async function aSubscriber(plan: string): Promise<string> {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, plan);
  return accountId;
}

/** Asks what a change would be, and for the change; the two must say the same. */
async function changed(accountId: string, plan: string) {
  const preview = await askSubscription(scrip, accountId, 'change/preview', { plan });
  const { status, body } = await askSubscription(scrip, accountId, 'change', { plan });
  expect([status, body.plan === plan ? 'now' : 'at_period_end']).toEqual([200, preview.body.effect]);
  return { preview: preview.body, subscription: body };
}

const waits = { effect: 'at_period_end', dueMinor: 0, credits: 0 };

it('a year that costs less than what is left of the month waits, and follows it', async () => {
  const accountId = await aSubscriber('team-monthly');
  await spendOf(scrip, accountId, 200);
  const { preview, subscription } = await changed(accountId, 'tiny-yearly');
  expect(preview).toMatchObject({ ...waits, effectiveAt: subscription.currentPeriodEnd });
  expect(subscription).toMatchObject({ plan: 'team-monthly', pendingPlan: 'tiny-yearly' });
  expect(await owedBy(accountId)).toBe(0);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'tiny-yearly', status: 'active', balance: 1 });
  const [renewal] = await ordersOf(scrip, accountId);
  expect(renewal).toMatchObject({ product: 'tiny-yearly', amountMinor: 1_200, credits: 1 });
  const { currentPeriodStart, currentPeriodEnd } = await subscriptionOf(scrip, accountId);
  expect(Date.parse(currentPeriodEnd) - Date.parse(currentPeriodStart)).toBeGreaterThan(364 * 86_400_000);
});

it('a year that costs more than what is left of the month is charged at once', async () => {
  const accountId = await aSubscriber('team-monthly');
  expect((await changed(accountId, 'mid-yearly')).preview).toMatchObject(waits);
  const kept = await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  expect(kept.body).toMatchObject({ plan: 'team-monthly', pendingPlan: null });
  await advance(scrip, { days: 20 });
  const { preview, subscription } = await changed(accountId, 'mid-yearly');
  expect(preview.effect).toBe('now');
  expect(preview.dueMinor).toBeGreaterThan(1_000);
  expect(preview.dueMinor).toBeLessThan(5_000);
  expect(subscription).toMatchObject({ plan: 'mid-yearly', pendingPlan: null });
  const [order] = await ordersOf(scrip, accountId);
  expect(Math.abs(order.amountMinor - preview.dueMinor)).toBeLessThanOrEqual(1);
  expect(await owedBy(accountId)).toBe(0);
});

it('how many there are of the plan counts on both sides', async () => {
  const accountId = await aSubscriber('team-monthly');
  await changedAtStripe(scrip, accountId, ({ id }) => ({
    items: [{ id, quantity: 2 }],
    proration_behavior: 'always_invoice',
  }));
  await advance(scrip, { seconds: 1 });
  expect((await changed(accountId, 'yearly')).subscription).toMatchObject({ pendingPlan: null, quantity: 2 });

  const second = await aSubscriber('team-monthly');
  await changedAtStripe(scrip, second, ({ id }) => ({
    items: [{ id, quantity: 2 }],
    proration_behavior: 'always_invoice',
  }));
  await advance(scrip, { seconds: 1 });
  expect((await changed(second, 'mid-yearly')).preview).toMatchObject({ ...waits, quantity: 2 });
  expect([await owedBy(accountId), await owedBy(second)]).toEqual([0, 0]);
});

it('what costs more than the plan that is held waits, where more was paid for the period', async () => {
  const accountId = await aSubscriber('team-monthly');
  const price = await priceOf(scrip, accountId, 'basic-monthly');
  await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], proration_behavior: 'none' }));
  await advance(scrip, { seconds: 1 });
  const { preview, subscription } = await changed(accountId, 'pro-monthly');
  expect(preview).toMatchObject(waits);
  expect(subscription).toMatchObject({ plan: 'basic-monthly', pendingPlan: 'pro-monthly' });
  expect(await owedBy(accountId)).toBe(0);
});

it('what is given back by somebody else, and waits for an invoice, is not given back by the change', async () => {
  const accountId = await aSubscriber('team-monthly');
  const { id } = await subscriptionOf(scrip, accountId);
  const price = await priceOf(scrip, accountId, 'basic-monthly');
  await changedAtStripe(scrip, accountId, (item) => ({
    items: [{ id: item.id, price }],
    proration_behavior: 'create_prorations',
  }));
  await advance(scrip, { days: 1 });
  const { preview } = await changed(accountId, 'pro-monthly');
  expect(preview).toMatchObject({ effect: 'now', dueMinor: 0 });
  const { latest_invoice: latest } = await stripeOf(scrip).subscriptions.retrieve(id, { expand: ['latest_invoice'] });
  if (latest === null || typeof latest === 'string') throw new Error('the invoice is expanded');
  expect(latest.total).toBeLessThan(0);
});

it('a year that would wait is refused where the month is the last one', async () => {
  const accountId = await aSubscriber('team-monthly');
  await askSubscription(scrip, accountId, 'cancel');
  for (const verb of ['change/preview', 'change'])
    expect(await askSubscription(scrip, accountId, verb, { plan: 'tiny-yearly' })).toMatchObject({
      status: 409,
      body: { type: '/problems/subscription-not-changeable', cancelAtPeriodEnd: true },
    });
  expect((await changed(accountId, 'yearly')).subscription).toMatchObject({ plan: 'yearly' });
});

it('a change that is overtaken at Stripe itself, in the middle of it, is decided once more', async () => {
  const accountId = await aSubscriber('basic-monthly');
  const price = await priceOf(scrip, accountId, 'team-monthly');
  await fault(scrip, { method: 'POST', path: '/v1/invoices/create_preview', times: 1, delayMs: 1_500 });
  const changing = askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await pause(700);
  await changedAtStripe(scrip, accountId, ({ id }) => ({
    items: [{ id, price }],
    proration_behavior: 'always_invoice',
  }));
  const { status, body } = await changing;
  expect([status, body.plan, body.pendingPlan]).toEqual([200, 'team-monthly', 'pro-monthly']);
  expect(await owedBy(accountId)).toBe(0);
});

it('a change in a trial charges nothing, as its preview says, and is paid when the trial ends', async () => {
  const accountId = await aSubscriber('tried-monthly');
  const { trialEnd } = await subscriptionOf(scrip, accountId);
  const { preview, subscription } = await changed(accountId, 'yearly');
  expect(preview).toMatchObject({ effect: 'now', dueMinor: 0, credits: 0, periodAmountMinor: 12_000 });
  expect(subscription).toMatchObject({ plan: 'yearly', status: 'trialing', trialEnd });
  const { data: invoices } = await stripeOf(scrip).invoices.list({ subscription: subscription.id });
  expect(invoices.filter(({ amount_due }) => amount_due > 0)).toEqual([]);
  expect(await standingOf(scrip, accountId)).toMatchObject({ balance: 3 });
  await advanceTo(scrip, trialEnd, { hours: 2 });
  const [order] = await ordersOf(scrip, accountId);
  expect(order).toMatchObject({ product: 'yearly', amountMinor: 12_000, credits: 10 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'yearly', status: 'active', balance: 10 });
});
