import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { priceOf } from '../../support/shop/dashboard.js';
import { fillIn, leadsTo } from '../../support/shop/pay-page.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { aCheckout, anAccount, balanceOf, entriesOf, orderReaches, payAt } from '../../support/shop/shop.js';
import { eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { advance, advanceTo, featureOf, ordersOf, subscribed, subscriptionOf } from '../../support/shop/subscribe.js';

const scrip = useScrip();

function adopt(accountId: string, body: object, options: object = {}) {
  return scrip.call('POST', `/v1/accounts/${accountId}/stripe-customer`, body, options);
}

/** Somebody who opens a link without an account in its address, and pays. */
async function paidForNobody(reference = '') {
  const link = await scrip.call('POST', '/v1/payment-links', { product: 'basic' });
  const page = leadsTo(await fetch(`${link.body.url}${reference}`, { redirect: 'manual' }));
  expect((await fillIn(page)).status).toBe(303);
  const session = await stripeOf(scrip).checkout.sessions.retrieve(page.split('/').at(-1) ?? '');
  await handled(await eventAbout(scrip, 'checkout.session.completed', session.id));
  return { customer: String(session.customer), payment: String(session.payment_intent) };
}

async function handled(event: Stripe.Event) {
  await eventually(
    async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
    ({ status }) => status === 'handled',
  );
}

async function findingsAbout(payment: string, body: object = {}) {
  const { findings } = await reconciled(scrip, body);
  return findings.filter(({ stripeId }) => stripeId === payment);
}

describe('a payment of a link that names no account', () => {
  it('is a finding that says what to do, until its customer is adopted and the credits are given', async () => {
    const { customer, payment } = await paidForNobody();
    const [finding] = await findingsAbout(payment, { repair: true });
    expect(finding).toMatchObject({ kind: 'paid_not_credited', repair: { action: 'none', status: 'by_hand' } });
    expect(JSON.stringify(finding)).toContain(`stripe-customer and customer ${customer}`);

    const accountId = await anAccount(scrip);
    const first = await adopt(accountId, { stripeCustomerId: customer });
    const [order] = await ordersOf(scrip, accountId);
    expect(first).toMatchObject({
      status: 200,
      body: { accountId, stripeCustomerId: customer, creditedOrderIds: [order.id] },
    });
    expect(order).toMatchObject({ status: 'fulfilled', paymentIntentId: payment });
    expect(await adopt(accountId, { stripeCustomerId: customer })).toMatchObject({
      status: 200,
      body: { creditedOrderIds: [] },
    });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect(await findingsAbout(payment)).toEqual([]);
  });

  it('is credited together with what went back of it before', async () => {
    const { customer, payment } = await paidForNobody('?client_reference_id=nobody-yet');
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: payment, amount: 500 });
    await handled(await eventAbout(scrip, 'refund.created', refund.id));
    const accountId = await anAccount(scrip);
    await adopt(accountId, { stripeCustomerId: customer });
    expect(await ordersOf(scrip, accountId)).toMatchObject([{ status: 'partially_refunded', refundedMinor: 500 }]);
    expect(await balanceOf(scrip, accountId)).toBe(6);
  });

  it('can be credited to an account that has a customer which is charged, and keeps it', async () => {
    const { customer } = await paidForNobody();
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId);
    expect((await adopt(accountId, { stripeCustomerId: customer })).body).toMatchObject({
      status: 409,
      type: '/problems/stripe-customer-in-use',
      plan: 'basic-monthly',
    });
    const answer = await adopt(accountId, { stripeCustomerId: customer, paymentsOnly: true });
    expect([answer.status, answer.body.creditedOrderIds.length]).toEqual([200, 1]);
    expect(await balanceOf(scrip, accountId)).toBe(20 + 12);
    const [account] = await scrip.sql('select stripe_customer_id as id from accounts where id = $1', [accountId]);
    expect(account?.id).not.toBe(customer);
  });
});

describe('a customer that Stripe had before', () => {
  it('is the account’s from then on: its name, its card, and what it buys', async () => {
    const stripe = stripeOf(scrip);
    const { id: customer } = await stripe.customers.create({ email: 'before@example.com', name: 'Before' });
    await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, { name: 'Ada' });
    expect(await adopt(accountId, { stripeCustomerId: customer })).toMatchObject({ status: 200 });
    expect((await scrip.call('GET', `/v1/accounts/${accountId}`)).body).toMatchObject({
      email: 'before@example.com',
      name: 'Ada',
      hasPaymentMethod: true,
    });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ email: 'before@example.com', name: 'Ada' });
    const { checkoutSessionId } = await aCheckout(scrip, accountId);
    expect((await stripe.checkout.sessions.retrieve(checkoutSessionId)).customer).toBe(customer);
    await stripe.customers.update(customer, { email: 'later@example.com' });
    await eventually(
      async () => (await scrip.call('GET', `/v1/accounts/${accountId}`)).body,
      ({ email }) => email === 'later@example.com',
    );
  });

  it('takes the place of one, and what was begun for that one is still the account’s', async () => {
    const { id: customer } = await stripeOf(scrip).customers.create({ name: 'Before' });
    const accountId = await anAccount(scrip);
    const pack = await aCheckout(scrip, accountId);
    const plan = await aCheckout(scrip, accountId, 'basic-monthly');
    await adopt(accountId, { stripeCustomerId: customer });
    await payAt(pack.url);
    await orderReaches(scrip, pack.orderId, 'fulfilled');
    await payAt(plan.url);
    await orderReaches(scrip, plan.orderId, 'fulfilled');
    await inboxIsDrained(scrip);
    expect(await balanceOf(scrip, accountId)).toBe(12 + 20);
  });

  it('that comes back to its account has begun nothing there before, whatever was not heard of yet', async () => {
    const { id: another } = await stripeOf(scrip).customers.create({ name: 'Another' });
    const accountId = await anAccount(scrip);
    const { url, orderId, checkoutSessionId } = await aCheckout(scrip, accountId, 'basic-monthly');
    const { customer } = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await adopt(accountId, { stripeCustomerId: another });
    await webhooks(scrip, 'hold');
    await payAt(url);
    await adopt(accountId, { stripeCustomerId: String(customer) });
    await webhooks(scrip, 'deliver');
    await flush(scrip, 'created');
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('that was deleted before its payment was heard of was the account’s all the same', async () => {
    const stripe = stripeOf(scrip);
    const accountId = await anAccount(scrip);
    const { url, orderId, checkoutSessionId } = await aCheckout(scrip, accountId, 'basic-monthly');
    const { customer } = await stripe.checkout.sessions.retrieve(checkoutSessionId);
    await webhooks(scrip, 'hold');
    await payAt(url);
    await stripe.customers.del(String(customer));
    await aCheckout(scrip, accountId);
    await webhooks(scrip, 'deliver');
    await flush(scrip, 'created');
    await orderReaches(scrip, orderId, 'fulfilled');
  });

  it('takes the place of one that pays a plan in the other mode, which nobody could end with this key', async () => {
    const { id: stripeCustomerId } = await stripeOf(scrip).customers.create({ name: 'Live' });
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId);
    await scrip.sql('update subscriptions set livemode = true where account_id = $1', [accountId]);
    expect(await adopt(accountId, { stripeCustomerId })).toMatchObject({ status: 200 });
    await scrip.sql('update subscriptions set livemode = false where account_id = $1', [accountId]);
  });

  it('is one account’s alone, whoever asks first', async () => {
    const { id: stripeCustomerId } = await stripeOf(scrip).customers.create({ name: 'Wanted' });
    const accounts = await Promise.all(Array.from({ length: 6 }, () => anAccount(scrip)));
    const answers = await Promise.all(accounts.map((accountId) => adopt(accountId, { stripeCustomerId })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409, 409]);
    const owner = accounts[answers.findIndex(({ status }) => status === 200)];
    for (const { status, body } of answers)
      if (status === 409)
        expect(body).toMatchObject({ type: '/problems/stripe-customer-taken', stripeCustomerId, accountId: owner });
  });

  it('that is not there, or was deleted, is a named 404, and a bad request is refused', async () => {
    const accountId = await anAccount(scrip);
    const { id: gone } = await stripeOf(scrip).customers.create({});
    await stripeOf(scrip).customers.del(gone);
    for (const stripeCustomerId of ['cus_nobody', gone])
      expect((await adopt(accountId, { stripeCustomerId })).body).toMatchObject({
        status: 404,
        type: '/problems/stripe-customer-not-found',
        stripeCustomerId,
      });
    expect((await adopt('nobody', { stripeCustomerId: 'cus_1' })).body.type).toBe('/problems/account-not-found');
    for (const body of [
      {},
      { stripeCustomerId: 'sub_1' },
      { stripeCustomerId: null },
      { stripeCustomerId: 'cus_1', x: 1 },
    ])
      expect((await adopt(accountId, body)).body.type).toBe('/problems/validation-failed');
    const made = await scrip.call('POST', '/v1/api-keys', { name: 'seller', scopes: ['read', 'sell'] });
    expect((await adopt(accountId, { stripeCustomerId: 'cus_1' }, { key: made.body.key })).status).toBe(403);
  });
});

it('a subscription that the customer had before opens at once, and gives credits from the next payment', async () => {
  const stripe = stripeOf(scrip);
  const price = await priceOf(scrip, await anAccount(scrip), 'basic-monthly');
  const { id: customer } = await stripe.customers.create({ email: 'long-ago@example.com' });
  const default_payment_method = (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id;
  const { id } = await stripe.subscriptions.create({ customer, items: [{ price }], default_payment_method });
  await advance(scrip, { days: 3 });
  const accountId = await anAccount(scrip);
  const body = { stripeCustomerId: customer, subscriptions: 'adopt' };
  expect((await adopt(accountId, body)).status).toBe(200);
  const adopted = await subscriptionOf(scrip, accountId);
  expect(adopted).toMatchObject({ id, plan: 'basic-monthly', accessState: 'granted', creditsPerMonth: 20 });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true });
  expect(await balanceOf(scrip, accountId)).toBe(0);
  const { findings } = await reconciled(scrip);
  expect(findings.filter(({ subject }) => subject === 'invoice')).toEqual([]);
  await advanceTo(scrip, adopted.currentPeriodEnd, { hours: 2 });
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +20']);
  expect(await adopt(accountId, { ...body, subscriptions: 'all' })).toMatchObject({ status: 400 });
});
