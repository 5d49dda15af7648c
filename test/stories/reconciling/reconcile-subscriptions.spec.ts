import { useScrip } from '../../support/service/scrip.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { anAccount, balanceOf, refundOf } from '../../support/shop/shop.js';
import { stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  ordersOf,
  payWith,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0', RECONCILE_MAX_ATTEMPTS: '2' });

/** What a reconciliation finds of one account: time goes on for all of them. */
async function kindsOf(accountId: string, body: object = {}): Promise<string[]> {
  const { findings } = await reconciled(scrip, body);
  return findings.filter((finding) => finding.accountId === accountId).map(({ kind }) => kind);
}

it('finds nothing in the payments of a subscription that were heard of', async () => {
  const tried = { kind: 'plan', name: 'Tried', credits: 10, trialDays: 7, trialCredits: 3 };
  await scrip.call('PUT', '/v1/products/tried', { ...tried, prices: [{ currency: 'usd', amountMinor: 1200 }] });
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, 'tried');
  await advanceTo(scrip, subscription.trialEnd, { hours: 2 });
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  await askSubscription(scrip, accountId, 'change', { plan: 'team-monthly' });
  const [latest] = await ordersOf(scrip, accountId);
  await refundOf(scrip, { orderId: latest.id, amountMinor: 700 });
  // Money back, and the next change paid with it.
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  for (const plan of ['pro-monthly', 'team-monthly', 'pro-monthly']) {
    const item = (await stripe.subscriptions.retrieve(id)).items.data[0]?.id;
    const [price] = (await stripe.prices.list({ product: `scrip_${plan}`, active: true })).data;
    const items = [{ id: String(item), price: String(price?.id) }];
    await stripe.subscriptions.update(id, { items, proration_behavior: 'always_invoice' });
    await advance(scrip, { days: 1 });
  }
  await payWith(scrip, accountId, 'pm_card_chargeCustomerFail');
  await advance(scrip, { days: 20 });
  expect((await reconciled(scrip)).findings).toEqual([]);
});

it('finds a renewal that was paid and never heard of, and credits it', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  await webhooks(scrip, 'drop');
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  await webhooks(scrip, 'deliver');
  expect(await balanceOf(scrip, accountId)).toBe(0);
  expect(await kindsOf(accountId)).toEqual(['paid_not_credited']);
  await kindsOf(accountId, { repair: true });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 20 });
  expect(await kindsOf(accountId)).toEqual([]);
});

it('finds a refund of a renewal that was never heard of, and takes its month back', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  const [{ paymentIntentId }] = await ordersOf(scrip, accountId);
  await webhooks(scrip, 'drop');
  await stripeOf(scrip).refunds.create({ payment_intent: paymentIntentId });
  await webhooks(scrip, 'deliver');
  expect(await kindsOf(accountId, { repair: true })).toEqual(['refunded_not_reversed']);
  expect(await balanceOf(scrip, accountId)).toBe(0);
  expect(await kindsOf(accountId)).toEqual([]);
});

it('finds that a subscription was canceled or changed and no event came, and applies it', async () => {
  const [ended, changed] = [await anAccount(scrip), await anAccount(scrip)];
  for (const accountId of [ended, changed]) await subscribed(scrip, accountId);
  const stripe = stripeOf(scrip);
  const [over, more] = [await subscriptionOf(scrip, ended), await subscriptionOf(scrip, changed)];
  await webhooks(scrip, 'drop');
  await stripe.subscriptions.cancel(over.id);
  const item = (await stripe.subscriptions.retrieve(more.id)).items.data[0]?.id;
  const items = [{ id: String(item), quantity: 3 }];
  await stripe.subscriptions.update(more.id, { items, proration_behavior: 'none' });
  await webhooks(scrip, 'deliver');
  const of = (findings: { accountId: string | null; kind: string }[]) =>
    [ended, changed].map((id) => findings.filter(({ accountId }) => accountId === id).map(({ kind }) => kind));
  const differs = [['subscription_differs'], ['subscription_differs']];
  expect(of((await reconciled(scrip)).findings)).toEqual(differs);
  expect(await standingOf(scrip, ended)).toMatchObject({ status: 'active', balance: 20 });
  expect(of((await reconciled(scrip, { repair: true })).findings)).toEqual(differs);
  expect(await standingOf(scrip, ended)).toMatchObject({ status: 'canceled', accessState: 'revoked', balance: 0 });
  expect(await subscriptionOf(scrip, changed)).toMatchObject({ quantity: 3, creditsPerMonth: 60 });
  expect(of((await reconciled(scrip)).findings)).toEqual([[], []]);
});
