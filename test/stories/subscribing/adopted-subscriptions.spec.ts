import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { anAccount, balanceOf, entriesOf } from '../../support/shop/shop.js';
import { inboxIsDrained, stripeOf } from '../../support/shop/stripe-side.js';
import { advanceTo, featureOf, ordersOf, standingOf, subscriptionOf } from '../../support/shop/subscribe.js';

const scrip = useScrip();

function adopt(accountId: string, body: object) {
  return scrip.call('POST', `/v1/accounts/${accountId}/stripe-customer`, body);
}

/** What a seller had at Stripe before: a customer who pays something of theirs every month. */
async function aSubscriber({ product, interval = 'month' }: { product?: string; interval?: 'month' | 'year' } = {}) {
  const stripe = stripeOf(scrip);
  const { id: customer } = await stripe.customers.create({ email: 'before@example.com' });
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const sold = product ?? (await stripe.products.create({ name: 'As it was before' })).id;
  const price = await stripe.prices.create({
    product: sold,
    currency: 'usd',
    unit_amount: 1500,
    recurring: { interval },
  });
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    default_payment_method: card.id,
  });
  // It is from before: what Stripe told of it has come, and was nobody's.
  await everythingIsHeard(scrip);
  return { customer, product: sold, price: price.id, card: card.id, subscription };
}

it('a subscription from before opens its features at once, and gives credits with the next paid invoice', async () => {
  const { customer, product, subscription } = await aSubscriber();
  const accountId = await anAccount(scrip);
  const asked = { stripeCustomerId: customer, subscriptions: 'adopt', plans: { [product]: 'basic-monthly' } };
  const first = await adopt(accountId, asked);
  expect(first).toMatchObject({
    status: 200,
    body: {
      subscriptions: [
        {
          id: subscription.id,
          plan: 'basic-monthly',
          status: 'active',
          accessState: 'granted',
          creditsFrom: 'next_paid_invoice',
        },
      ],
      subscriptionsLeft: [],
    },
  });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });
  expect(await adopt(accountId, asked)).toMatchObject({ status: 200, body: first.body });
  await inboxIsDrained(scrip);
  expect([await entriesOf(scrip, accountId), await ordersOf(scrip, accountId)]).toEqual([[], []]);

  await advanceTo(scrip, first.body.subscriptions[0].currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({
    plan: 'basic-monthly',
    accessState: 'granted',
    balance: 20,
  });
  expect(await ordersOf(scrip, accountId)).toMatchObject([{ product: 'basic-monthly', amountMinor: 1500 }]);
  const { findings } = await reconciled(scrip, { from: new Date(subscription.created * 1000).toISOString() });
  expect(findings.filter((finding) => finding.accountId === accountId)).toEqual([]);
});

it('one to a product that nobody has named is left alone, and said so; one with our id needs no name', async () => {
  const stranger = await aSubscriber();
  const strangersAccount = await anAccount(scrip);
  const left = await adopt(strangersAccount, { stripeCustomerId: stranger.customer, subscriptions: 'adopt' });
  expect(left.body).toMatchObject({
    subscriptions: [],
    subscriptionsLeft: [{ id: stranger.subscription.id, status: 'active', stripeProductIds: [stranger.product] }],
  });
  expect((await subscriptionOf(scrip, strangersAccount)).type).toBe('/problems/subscription-not-found');

  // The portal of anybody makes the products of all plans.
  await scrip.call('POST', '/v1/portal-sessions', { accountId: strangersAccount });
  const known = await aSubscriber({ product: 'scrip_pro-monthly' });
  const accountId = await anAccount(scrip);
  const { body } = await adopt(accountId, { stripeCustomerId: known.customer, subscriptions: 'adopt' });
  expect(body.subscriptions).toMatchObject([{ plan: 'pro-monthly', creditsFrom: 'next_paid_invoice' }]);
  expect(await balanceOf(scrip, accountId)).toBe(0);
});

it('what was paid before gives nothing either when only the customer was adopted and Stripe tells later', async () => {
  await scrip.call('POST', '/v1/portal-sessions', { accountId: await anAccount(scrip) });
  const { customer, subscription, price, card } = await aSubscriber({ product: 'scrip_basic-monthly' });
  const accountId = await anAccount(scrip);
  expect((await adopt(accountId, { stripeCustomerId: customer })).body.subscriptions).toEqual([]);
  expect((await subscriptionOf(scrip, accountId)).type).toBe('/problems/subscription-not-found');

  const stripe = stripeOf(scrip);
  await stripe.subscriptions.update(subscription.id, { metadata: { note: 'touched' } });
  await eventually(
    () => subscriptionOf(scrip, accountId),
    ({ status }) => status === 'active',
  );
  await inboxIsDrained(scrip);
  expect(await balanceOf(scrip, accountId)).toBe(0);
  // What it begins after that is its own from the first payment on.
  await stripe.subscriptions.cancel(subscription.id);
  await stripe.subscriptions.create({ customer, items: [{ price }], default_payment_method: card });
  await eventually(
    () => balanceOf(scrip, accountId),
    (balance) => balance === 20,
  );
  await adopt(accountId, { stripeCustomerId: customer, subscriptions: 'adopt' });
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +20']);
});

it('what was said of a product counts also where its subscriptions are mirrored later', async () => {
  const { customer, product, subscription } = await aSubscriber();
  const accountId = await anAccount(scrip);
  const asked = { stripeCustomerId: customer, plans: { [product]: 'basic-monthly' } };
  expect((await adopt(accountId, { ...asked, paymentsOnly: true })).body).toMatchObject({
    type: '/problems/validation-failed',
    errors: [{ pointer: '/paymentsOnly' }],
  });
  await adopt(accountId, asked);
  await stripeOf(scrip).subscriptions.update(subscription.id, { metadata: { note: 'touched' } });
  await eventually(
    () => subscriptionOf(scrip, accountId),
    ({ plan, status }) => plan === 'basic-monthly' && status === 'active',
  );
});

it('an upgrade in the period that was paid before gives the difference', async () => {
  const stripe = stripeOf(scrip);
  await scrip.call('POST', '/v1/portal-sessions', { accountId: await anAccount(scrip) });
  const { customer, subscription } = await aSubscriber({ product: 'scrip_basic-monthly' });
  const accountId = await anAccount(scrip);
  await adopt(accountId, { stripeCustomerId: customer, subscriptions: 'adopt' });
  const { data } = await stripe.prices.list({ product: 'scrip_pro-monthly', active: true });
  const price = data.find(({ unit_amount }) => unit_amount === 3000)?.id;
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: String(subscription.items.data[0]?.id), price }],
    proration_behavior: 'always_invoice',
  });
  const balance = await eventually(
    () => balanceOf(scrip, accountId),
    (credits) => credits > 0,
  );
  expect(balance).toBeGreaterThan(25);
  expect(balance).toBeLessThanOrEqual(30);
});

it('a plan that is none is refused before anything is done', async () => {
  const { customer, product } = await aSubscriber();
  const accountId = await anAccount(scrip);
  for (const plan of ['basic', 'nothing'])
    expect((await adopt(accountId, { stripeCustomerId: customer, plans: { [product]: plan } })).body).toMatchObject({
      type: '/problems/validation-failed',
      errors: [{ pointer: `/plans/${product}` }],
    });
  for (const body of [{ subscriptions: 'all' }, { subscriptions: null }, { plans: { [product]: 7 } }, { plans: [] }])
    expect((await adopt(accountId, { stripeCustomerId: customer, ...body })).body.type).toBe(
      '/problems/validation-failed',
    );
  const [account] = await scrip.sql('select stripe_customer_id as id from accounts where id = $1', [accountId]);
  expect(account?.id).toBeNull();
});
