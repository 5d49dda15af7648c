import type Stripe from 'stripe';
import { useScrip } from '../../support/service/scrip.js';
import { aPriceAtStripe, changedAtStripe, endAll, priceOf } from '../../support/shop/dashboard.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { aCheckout, anAccount, balanceOf, entriesOf, spendOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  featureOf,
  ordersOf,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0', RECONCILE_MAX_ATTEMPTS: '2' });

afterEach(() => endAll(scrip));

const monthly = { interval: 'month' } as const;

describe('a subscription that was moved to a product of somebody else', () => {
  async function moved() {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    const price = await aPriceAtStripe(scrip, { unit_amount: 900, recurring: monthly });
    await advance(scrip, { days: 2 });
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], proration_behavior: 'none' }));
    await advance(scrip, { seconds: 1 });
    return { accountId, subscription };
  }

  it('opens nothing, keeps what was paid for until its end, and is in nobody’s way', async () => {
    const { accountId, subscription } = await moved();
    expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'revoked', balance: 20 });
    expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: false });
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ items: [], creditsPerMonth: 0, features: [] });
    const change = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
    expect(change.body.type).toBe('/problems/subscription-not-changeable');
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
    expect(await balanceOf(scrip, accountId)).toBe(0);
    expect(await ordersOf(scrip, accountId)).toHaveLength(1);
    expect((await reconciled(scrip)).findings).toEqual([]);
    await subscribed(scrip, accountId, 'pro-monthly');
    expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', balance: 50 });
  });

  it('is mirrored when it comes back, and to its end', async () => {
    const { accountId } = await moved();
    const price = await priceOf(scrip, accountId, 'basic-monthly');
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], proration_behavior: 'none' }));
    await advance(scrip, { seconds: 1 });
    expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 20 });
    const away = await aPriceAtStripe(scrip, { unit_amount: 900, recurring: monthly });
    const { id } = await changedAtStripe(scrip, accountId, (item) => ({ items: [{ id: item.id, price: away }] }));
    await stripeOf(scrip).subscriptions.cancel(id);
    await advance(scrip, { seconds: 1 });
    expect(await standingOf(scrip, accountId)).toMatchObject({
      status: 'canceled',
      accessState: 'revoked',
      balance: 0,
    });
    await aCheckout(scrip, accountId, 'basic-monthly');
  });

  it('can be canceled by call', async () => {
    const { accountId } = await moved();
    const canceled = await askSubscription(scrip, accountId, 'cancel', { now: true });
    expect(canceled.body).toMatchObject({ status: 'canceled', accessState: 'revoked' });
  });
});

describe('a subscription whose payments are paused', () => {
  const WAYS = ['keep_as_draft', 'mark_uncollectible', 'void'] as const;

  it('in whichever way is open for the time that was paid for, then closed until it is paid for again', async () => {
    const accounts: string[] = [];
    for (const behavior of WAYS) {
      const accountId = await anAccount(scrip);
      accounts.push(accountId);
      await subscribed(scrip, accountId);
      await changedAtStripe(scrip, accountId, () => ({ pause_collection: { behavior } }));
    }
    const each = async (expected: object) => {
      const standings = [];
      for (const accountId of accounts)
        standings.push({ ...(await subscriptionOf(scrip, accountId)), ...(await standingOf(scrip, accountId)) });
      expect(standings).toEqual(WAYS.map(() => expect.objectContaining(expected)));
    };
    const last = String(accounts.at(-1));
    await advance(scrip, { days: 3 });
    const { currentPeriodEnd } = await subscriptionOf(scrip, last);
    await each({ accessState: 'granted', balance: 20, collectionPaused: true, openUntil: expect.any(String) });
    expect(await subscriptionOf(scrip, last)).toMatchObject({ openUntil: currentPeriodEnd });
    await advanceTo(scrip, currentPeriodEnd, { hours: 8 });
    await each({ accessState: 'revoked', balance: 0, features: [] });
    expect(await featureOf(scrip, last, 'history')).toMatchObject({ active: false });
    await advance(scrip, { days: 35 });
    await each({ accessState: 'revoked', balance: 0 });

    for (const accountId of accounts) await askSubscription(scrip, accountId, 'resume');
    await each({ accessState: 'revoked', collectionPaused: false, balance: 0 });
    await advanceTo(scrip, (await subscriptionOf(scrip, last)).currentPeriodEnd, { hours: 2 });
    await each({ accessState: 'granted', balance: 20, openUntil: null, features: ['history'] });
    expect(await featureOf(scrip, last, 'history')).toMatchObject({ active: true });
    for (const accountId of accounts)
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +20', 'expiry -20', 'grant +20']);
  });

  it('and resumed within the time that was paid for was never closed', async () => {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    await changedAtStripe(scrip, accountId, () => ({ pause_collection: { behavior: 'void' } }));
    await advance(scrip, { days: 3 });
    const change = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
    expect(change.body).toMatchObject({ type: '/problems/subscription-not-changeable', collectionPaused: true });
    await changedAtStripe(scrip, accountId, () => ({ pause_collection: '' }));
    await advance(scrip, { seconds: 1 });
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ accessState: 'granted', openUntil: null });
    await advanceTo(scrip, subscription.currentPeriodEnd);
    expect(await standingOf(scrip, accountId)).toMatchObject({ accessState: 'granted' });
    await advance(scrip, { hours: 2 });
    expect(await standingOf(scrip, accountId)).toMatchObject({ accessState: 'granted', balance: 20 });
  });
});

describe('a year whose rest is paid back', () => {
  const charged = { proration_behavior: 'always_invoice' } as const;

  /** A year of a plan, changed at Stripe ten days after it began. */
  async function yearThenChanged(from: string, to: string, recurring: Stripe.PriceCreateParams['recurring']) {
    for (const [key, credits, amountMinor] of [
      ['small-yearly', 20, 12_000],
      ['big-yearly', 50, 30_000],
    ] as const)
      await scrip.call('PUT', `/v1/products/${key}`, {
        ...{ kind: 'plan', name: key, credits, interval: 'year', prices: [{ currency: 'usd', amountMinor }] },
      });
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId, from);
    await priceOf(scrip, accountId, to);
    await advance(scrip, { days: 10 });
    const price = await aPriceAtStripe(scrip, { plan: to, unit_amount: 1500, recurring });
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...charged }));
    return accountId;
  }

  it('gives its months no more, beside those that are paid instead', async () => {
    const accountId = await yearThenChanged('small-yearly', 'basic-monthly', monthly);
    await advance(scrip, { days: 25 });
    const rest = await balanceOf(scrip, accountId);
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(20);
    await advance(scrip, { days: 30 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('for a smaller plan gives the months of that one', async () => {
    const accountId = await yearThenChanged('big-yearly', 'small-yearly', { interval: 'year' });
    expect(await balanceOf(scrip, accountId)).toBe(50);
    for (const days of [30, 31]) {
      await advance(scrip, { days });
      expect(await balanceOf(scrip, accountId)).toBe(20);
    }
    const price = await aPriceAtStripe(scrip, {
      plan: 'big-yearly',
      unit_amount: 40_000,
      recurring: { interval: 'year' },
    });
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...charged }));
    await advance(scrip, { days: 31 });
    expect(await balanceOf(scrip, accountId)).toBe(50);
  });
});

it('a price for a year gives every month of it its credits, one for a week its share of a month', async () => {
  const [yearly, weekly] = [await anAccount(scrip), await anAccount(scrip)];
  for (const accountId of [yearly, weekly]) await subscribed(scrip, accountId);
  await advance(scrip, { hours: 1 });
  const price = (unit_amount: number, interval: 'year' | 'week') =>
    aPriceAtStripe(scrip, { plan: 'basic-monthly', unit_amount, recurring: { interval } });
  const [ofYear, ofWeek] = [await price(15_000, 'year'), await price(400, 'week')];
  await changedAtStripe(scrip, yearly, ({ id }) => ({ items: [{ id, price: ofYear }] }));
  await changedAtStripe(scrip, weekly, ({ id }) => ({ items: [{ id, price: ofWeek }], proration_behavior: 'none' }));
  await advance(scrip, { seconds: 1 });
  await advanceTo(scrip, (await subscriptionOf(scrip, weekly)).currentPeriodEnd, { hours: 8 });
  expect((await ordersOf(scrip, weekly))[0]).toMatchObject({ amountMinor: 400, credits: 4 });
  await stripeOf(scrip).subscriptions.cancel((await subscriptionOf(scrip, weekly)).id);
  for (const days of [25, 32]) {
    await spendOf(scrip, yearly, 1);
    await advance(scrip, { days });
    expect(await balanceOf(scrip, yearly)).toBe(20);
  }
  expect(await subscriptionOf(scrip, yearly)).toMatchObject({ creditsPerMonth: 20, periodAmountMinor: 15_000 });
});

it('a change that is charged with the next renewal gives its share with that, unless it was taken back', async () => {
  const [upgraded, undecided] = [await anAccount(scrip), await anAccount(scrip)];
  const to = async (accountId: string, plan: string) => {
    const price = await priceOf(scrip, accountId, plan);
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }] }));
  };
  for (const accountId of [undecided, upgraded]) await subscribed(scrip, accountId);
  const subscription = await subscriptionOf(scrip, upgraded);
  await advance(scrip, { days: 10 });
  for (const accountId of [undecided, upgraded]) await to(accountId, 'pro-monthly');
  await to(undecided, 'basic-monthly');
  await advance(scrip, { seconds: 1 });
  expect(await subscriptionOf(scrip, upgraded)).toMatchObject({ plan: 'pro-monthly', creditsPerMonth: 50 });
  expect(await balanceOf(scrip, upgraded)).toBe(20);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  expect(await balanceOf(scrip, undecided)).toBe(20);
  const spanMs = Date.parse(subscription.currentPeriodEnd) - Date.parse(subscription.currentPeriodStart);
  const share = Math.floor((30 * (spanMs - 10 * 86_400_000)) / spanMs);
  const balance = await balanceOf(scrip, upgraded);
  expect([50 + share, 50 + share - 1]).toContain(balance);
  // It is a part of that month, and ends with it.
  const { currentPeriodEnd } = await subscriptionOf(scrip, upgraded);
  await advanceTo(scrip, currentPeriodEnd);
  expect(await balanceOf(scrip, upgraded)).toBe(balance);
  await advance(scrip, { hours: 8 });
  expect(await balanceOf(scrip, upgraded)).toBe(50);
});

describe('what is shown and given', () => {
  it('of three seats is that of three', async () => {
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId, 'team-monthly');
    await advance(scrip, { hours: 1 });
    const charged = { proration_behavior: 'always_invoice' } as const;
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, quantity: 3 }], ...charged }));
    await advance(scrip, { seconds: 1 });
    const one = (await scrip.call('GET', '/v1/products/team-monthly')).body;
    const [{ amountMinor }] = one.prices;
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({
      quantity: 3,
      creditsPerMonth: 3 * one.credits,
      seats: one.seats === null ? null : 3 * one.seats,
      periodAmountMinor: 3 * amountMinor,
      items: [{ plan: 'team-monthly', quantity: 3, creditsPerMonth: 3 * one.credits }],
    });
    const bigger = { kind: 'plan', name: 'Bigger', credits: 500, prices: [{ currency: 'usd', amountMinor: 50_000 }] };
    await scrip.call('PUT', '/v1/products/bigger-monthly', bigger);
    const preview = await askSubscription(scrip, accountId, 'change/preview', { plan: 'bigger-monthly' });
    expect(preview.body).toMatchObject({ quantity: 3, creditsPerMonth: 1500, periodAmountMinor: 150_000 });
  });

  it('of two plans on one subscription is that of both', async () => {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    const price = await priceOf(scrip, accountId, 'pro-monthly');
    await advance(scrip, { days: 3 });
    const charged: Stripe.SubscriptionUpdateParams = { proration_behavior: 'always_invoice' };
    await changedAtStripe(scrip, accountId, () => ({ items: [{ price }], ...charged }));
    await advance(scrip, { seconds: 1 });
    const shareOfPro = (await balanceOf(scrip, accountId)) - 20;
    expect(shareOfPro).toBeGreaterThanOrEqual(43);
    expect(shareOfPro).toBeLessThan(47);
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({
      plan: 'basic-monthly',
      creditsPerMonth: 70,
      periodAmountMinor: 4500,
      items: [{ plan: 'basic-monthly' }, { plan: 'pro-monthly' }],
      features: expect.arrayContaining(['history', 'priority']),
    });
    expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({ active: true });
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
    expect(await balanceOf(scrip, accountId)).toBe(70);

    const preview = await askSubscription(scrip, accountId, 'change/preview', { plan: 'team-monthly' });
    expect(preview.body).toMatchObject({ creditsPerMonth: 250 });
    const pro = (await stripeOf(scrip).subscriptions.retrieve(subscription.id)).items.data[1]?.id;
    await changedAtStripe(scrip, accountId, () => ({ items: [{ id: String(pro), deleted: true }] }));
    await advance(scrip, { seconds: 1 });
    expect(await subscriptionOf(scrip, accountId)).toMatchObject({ creditsPerMonth: 20, features: ['history'] });
    expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({ active: false });
  });
});
