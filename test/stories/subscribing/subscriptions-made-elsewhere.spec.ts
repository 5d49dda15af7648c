import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, entriesOf, spendOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  eventsOf,
  featureOf,
  ordersOf,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  const prices = [{ currency: 'usd', amountMinor: 1200 }];
  const tried = {
    kind: 'plan',
    name: 'Tried',
    credits: 10,
    trialCredits: 3,
    trialDays: 14,
    features: ['history'],
    prices,
  };
  await scrip.call('PUT', '/v1/products/tried-monthly', tried);
});

/** The account's customer, and what Stripe has of the plan. The portal makes the one, and prices for all plans. */
async function atStripe(accountId: string, plan: string) {
  await scrip.call('POST', '/v1/portal-sessions', { accountId });
  const [row] = await scrip.sql<{ customer: string }>(
    'select stripe_customer_id as customer from accounts where id = $1',
    [accountId],
  );
  const { data } = await stripeOf(scrip).prices.list({ product: `scrip_${plan}`, active: true });
  return { customer: String(row?.customer), price: String(data[0]?.id) };
}

it('a trial without a card pauses when it is over, and goes on with a card', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { customer, price } = await atStripe(accountId, 'tried-monthly');
  await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    trial_period_days: 7,
    trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
  });
  await advance(scrip, { seconds: 1 });
  const trial = await subscriptionOf(scrip, accountId);
  expect(trial).toMatchObject({ status: 'trialing', accessState: 'granted' });
  expect(await balanceOf(scrip, accountId)).toBe(3);
  await advanceTo(scrip, trial.trialEnd, { hours: 8 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'paused', accessState: 'revoked', balance: 0 });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: false });

  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.subscriptions.update(trial.id, { default_payment_method: card.id });
  await askSubscription(scrip, accountId, 'resume');
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 10 });
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +3', 'expiry -3', 'grant +10']);
});

it('a trial without a card that is to be paid fails like every payment, and gives no month', async () => {
  const accountId = await anAccount(scrip);
  const { customer, price } = await atStripe(accountId, 'tried-monthly');
  await stripeOf(scrip).subscriptions.create({ customer, items: [{ price }], trial_period_days: 7 });
  await advance(scrip, { seconds: 1 });
  const { trialEnd } = await subscriptionOf(scrip, accountId);
  await advanceTo(scrip, trialEnd, { hours: 8 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'past_due', accessState: 'grace', balance: 0 });
  await advance(scrip, { days: 20 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked', balance: 0 });
});

it('a first payment that waits for the bank opens nothing, and one that nobody makes never does', async () => {
  const accountId = await anAccount(scrip);
  const { customer, price } = await atStripe(accountId, 'basic-monthly');
  await stripeOf(scrip).subscriptions.create({
    customer,
    items: [{ price }],
    payment_behavior: 'default_incomplete',
  });
  await advance(scrip, { seconds: 1 });
  const pending = { status: 'incomplete', accessState: 'pending', balance: 0 };
  expect(await standingOf(scrip, accountId)).toMatchObject(pending);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: false });
  await advance(scrip, { days: 1 });
  const over = { status: 'incomplete_expired', accessState: 'revoked', balance: 0 };
  expect(await standingOf(scrip, accountId)).toMatchObject(over);
  await subscribed(scrip, accountId);
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', accessState: 'granted', balance: 20 });
});

it('seats give the plan as often as there are of them, and more of them the difference', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const item = (await stripe.subscriptions.retrieve(subscription.id)).items.data[0];
  const seats = async (quantity: number) => {
    const items = [{ id: String(item?.id), quantity }];
    await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'always_invoice' });
    await advance(scrip, { seconds: 1 });
    return balanceOf(scrip, accountId);
  };
  // Not within the second in which it began, so that the rest of the month is not all of it.
  await advance(scrip, { hours: 1 });
  expect(await seats(3)).toBe(20 + 39);
  expect(await seats(1)).toBe(59);
  expect(await seats(3)).toBe(59);
  await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
  expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.quantity).toBe(3);
  expect(await balanceOf(scrip, accountId)).toBeGreaterThanOrEqual(147);
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(150);
});

it('a second subscription gives its own month, and ends with nothing of the first', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const { customer, price } = await atStripe(accountId, 'pro-monthly');
  const second = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    default_payment_method: 'pm_card_visa',
  });
  await advance(scrip, { seconds: 1 });
  expect(await balanceOf(scrip, accountId)).toBe(70);
  expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({ active: true });
  await spendOf(scrip, accountId, 30);
  await stripe.subscriptions.cancel(second.id);
  await advance(scrip, { seconds: 1 });
  // The first month ends first, so the spend was taken from it, and ten from the other one.
  expect(await balanceOf(scrip, accountId)).toBe(0);
  expect(await featureOf(scrip, accountId, 'priority')).toMatchObject({ active: false });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ id: subscription.id, status: 'active' });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
});

it('what was tried out in the other mode is neither shown nor in the way', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId, 'tried-monthly');
  await scrip.sql('update subscriptions set livemode = true where account_id = $1', [accountId]);
  expect((await subscriptionOf(scrip, accountId)).type).toBe('/problems/subscription-not-found');
  expect((await askSubscription(scrip, accountId, 'cancel')).body.type).toBe('/problems/subscription-not-found');
  const sold = await subscribed(scrip, accountId, 'tried-monthly');
  expect(sold.subscription).toMatchObject({ status: 'trialing', trialEnd: expect.anything() });
  expect(sold.subscription.id).not.toBe(subscription.id);
});

it('the portal offers what the catalogue sells at that time', async () => {
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const offered = async () => {
    const { body } = await scrip.call('POST', '/v1/portal-sessions', { accountId });
    return (await fetch(`${body.url}/subscriptions/${subscription.id}`)).text();
  };
  const plan = { kind: 'plan', name: 'Newest', credits: 40, prices: [{ currency: 'usd', amountMinor: 2500 }] };
  expect(await offered()).not.toContain('Newest');
  await scrip.call('PUT', '/v1/products/newest-monthly', plan);
  expect(await offered()).toContain('Choose Newest');
  expect(await offered()).toContain('$25.00 every month');
  await scrip.call('PUT', '/v1/products/newest-monthly', { ...plan, active: false });
  expect(await offered()).not.toContain('Newest');
});

it('a change from a month to a year says beforehand what it costs and gives', async () => {
  const yearly = { kind: 'plan', name: 'Yearly', credits: 30, interval: 'year' };
  await scrip.call('PUT', '/v1/products/yearly', { ...yearly, prices: [{ currency: 'usd', amountMinor: 36_000 }] });
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await advance(scrip, { days: 10 });
  const { body: preview } = await askSubscription(scrip, accountId, 'change/preview', { plan: 'yearly' });
  expect(preview).toMatchObject({ effect: 'now', creditsPerMonth: 30, periodAmountMinor: 36_000 });
  expect(await ordersOf(scrip, accountId)).toHaveLength(1);
  const before = await balanceOf(scrip, accountId);
  await askSubscription(scrip, accountId, 'change', { plan: 'yearly' });
  const [order] = await ordersOf(scrip, accountId);
  expect(Math.abs(order.amountMinor - preview.dueMinor)).toBeLessThanOrEqual(1);
  expect((await balanceOf(scrip, accountId)) - before).toBe(preview.credits);
  const accessChanges = (await eventsOf(scrip, accountId)).filter((type) => type === 'subscription.access_changed');
  expect(accessChanges).toHaveLength(1);
});
