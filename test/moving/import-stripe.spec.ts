import { everythingIsHeard } from '../support/shop/bank.js';
import { anAccount, balanceOf, entriesOf } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';
import { advanceTo, featureOf, ordersOf, standingOf, subscriptionOf } from '../support/shop/subscribe.js';
import { jsonRows, useMoving } from './commands.js';

const moving = useMoving();

/** A customer who has paid something every month before there was an account. */
async function aSubscriber({ subscriptions = 1 } = {}) {
  const stripe = stripeOf(moving.scrip);
  const { id: customer } = await stripe.customers.create({ email: 'before@example.com' });
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const { id: product } = await stripe.products.create({ name: 'As it was before' });
  const recurring = { interval: 'month' } as const;
  const { id: price } = await stripe.prices.create({ product, currency: 'usd', unit_amount: 1500, recurring });
  const made = [];
  for (let index = 0; index < subscriptions; index += 1)
    made.push(await stripe.subscriptions.create({ customer, items: [{ price }], default_payment_method: card.id }));
  await everythingIsHeard(moving.scrip);
  return { customer, product, subscription: made[0]?.id ?? '', others: made.slice(1).map(({ id }) => id) };
}

/** Imports lines of account, credits, customer, subscription and plan. Returns what was told of each. */
async function imported(name: string, lines: readonly string[], ...args: string[]): Promise<string[]> {
  const head = 'accountId,credits,stripeCustomerId,stripeSubscriptionId,plan';
  const path = await moving.write(name, `${[head, ...lines].join('\n')}\n`);
  const report = moving.path(`${name}.ndjson`);
  await moving.run('import', path, '--report', report, ...args);
  return jsonRows(await moving.read(`${name}.ndjson`)).map(({ status, detail }) =>
    detail === null ? `${status}` : `${status}: ${detail}`,
  );
}

it('a price that is no plan here is refused by name, and nothing of its line is imported', async () => {
  const { customer, product, subscription } = await aSubscriber();
  const of = (plan: string) => imported('unknown.csv', [`u-ada,7,${customer},${subscription},${plan}`], '--apply');
  expect(await of('')).toEqual([
    `refused: ${subscription} is to ${product}, which is no plan here: name one in the column plan`,
  ]);
  expect(await of('starter')).toEqual(['refused: there is no plan starter in the catalogue']);
  expect((await moving.scrip.call('GET', '/v1/accounts/u-ada')).status).toBe(404);
  expect(await of('basic-monthly')).toEqual(['imported']);
  const other = await aSubscriber();
  const twice = [
    `u-bob,1,${other.customer},${subscription},basic-monthly`,
    `u-cyd,1,cus_nobody,,`,
    `u-dee,1,${customer},,`,
  ];
  expect(await imported('strangers.csv', twice, '--apply')).toEqual([
    `refused: ${other.customer} has no subscription ${subscription} that goes on`,
    'refused: Stripe has no customer cus_nobody.',
    expect.stringMatching(/^refused: .*u-ada/),
  ]);
});

it('a second subscription is refused by name, and so is a customer that two lines name', async () => {
  const { customer, subscription, others } = await aSubscriber({ subscriptions: 2 });
  expect(await imported('two.csv', [`d-ada,5,${customer},${subscription},basic-monthly`], '--apply')).toEqual([
    `refused: ${customer} has a second subscription that goes on: ${others[0]}`,
  ]);
  const lines = [`d-bob,5,${customer},,`, `d-cyd,5,${customer},,`, `d-bob,6,cus_other,,`];
  expect(await imported('customers.csv', lines, '--apply')).toEqual([
    'imported',
    'refused: line 2 names the same customer as d-bob',
    `refused: line 2 names another customer of this account, ${customer}`,
  ]);
  expect(await balanceOf(moving.scrip, 'd-bob')).toBe(5);
});

it('what Stripe does not answer is left to the next run, and the credits are not given twice', async () => {
  const { scrip } = moving;
  const { customer, subscription } = await aSubscriber();
  await anAccount(scrip, 'f-ada');
  const line = `f-ada,7,${customer},${subscription},pro-monthly`;
  // The last of what adopts a subscription: account, credits and customer are written by then.
  const fault = { path: `/v1/subscriptions/${subscription}`, method: 'GET', times: 1, status: 400 };
  expect((await scrip.sandbox('/_sandbox/faults', fault)).status).toBe(200);
  expect(await imported('fault.csv', [line], '--apply')).toEqual([
    expect.stringMatching(/^unfinished: account and credits are imported, and the customer is not: /),
  ]);
  expect(await entriesOf(scrip, 'f-ada')).toEqual(['grant +7']);
  expect(await imported('fault.csv', [line], '--apply')).toEqual(['imported']);
  expect(await subscriptionOf(scrip, 'f-ada')).toMatchObject({ plan: 'pro-monthly', accessState: 'granted' });
  expect([await entriesOf(scrip, 'f-ada'), await imported('fault.csv', [line], '--apply')]).toEqual([
    ['grant +7'],
    ['known: imported before'],
  ]);
});

it('a subscriber comes with what is left, an open plan, and nothing for what was paid before', async () => {
  const { scrip } = moving;
  const { customer, product, subscription } = await aSubscriber();
  const line = `t-ada,7,${customer},${subscription},basic-monthly`;
  expect(await imported('plan.csv', [line])).toEqual(['importable']);
  expect((await scrip.call('GET', '/v1/accounts/t-ada')).status).toBe(404);
  expect(await imported('plan.csv', [line], '--apply')).toEqual(['imported']);
  expect(await featureOf(scrip, 't-ada', 'history')).toMatchObject({ active: true });
  const followed = await subscriptionOf(scrip, 't-ada');
  expect(followed).toMatchObject({ plan: 'basic-monthly', status: 'active', accessState: 'granted' });
  expect([await entriesOf(scrip, 't-ada'), await ordersOf(scrip, 't-ada')]).toEqual([['grant +7'], []]);
  expect(await imported('plan.csv', [line], '--apply')).toEqual(['known: imported before']);

  // Money of a payment from before goes back: what it was for was given elsewhere.
  const stripe = stripeOf(scrip);
  const { data } = await stripe.invoices.list({ subscription, expand: ['data.payments'] });
  const paid = data[0]?.payments?.data[0]?.payment.payment_intent;
  await stripe.refunds.create({ payment_intent: String(paid) });
  await everythingIsHeard(scrip);
  expect(await entriesOf(scrip, 't-ada')).toEqual(['grant +7']);
  expect(await subscriptionOf(scrip, 't-ada')).toMatchObject({ status: 'active', accessState: 'granted' });
  // What its product stands for is known from here on, and the file cannot make it another plan.
  expect(await imported('other-plan.csv', [`t-ada,8,${customer},${subscription},pro-monthly`])).toEqual([
    `refused: ${product} stands for basic-monthly already`,
  ]);

  await advanceTo(scrip, followed.currentPeriodEnd, { hours: 2 });
  expect(await standingOf(scrip, 't-ada')).toMatchObject({ plan: 'basic-monthly', balance: 27 });
});
