import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase } from '../../support/database/database.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { changedAtStripe, priceOf } from '../../support/shop/dashboard.js';
import { anAccount, balanceOf, spendOf } from '../../support/shop/shop.js';
import { fault, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { askSubscription, ordersOf, subscribed, subscriptionOf } from '../../support/shop/subscribe.js';

/** One process with a database, and another one beside it. */
let scrip: TestScrip;
let other: TestScrip;
let databaseUrl: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  ({ drop, url: databaseUrl } = database);
  scrip = await startTestScrip({ DATABASE_URL: databaseUrl });
  other = await startTestScrip({ DATABASE_URL: databaseUrl });
  await scrip.call('PUT', '/v1/products/yearly', {
    kind: 'plan',
    name: 'Yearly',
    credits: 30,
    interval: 'year',
    prices: [{ currency: 'usd', amountMinor: 30_000 }],
  });
  // The prices are made at Stripe by the first who asks: what follows is about the changes alone.
  await scrip.call('POST', '/v1/portal-sessions', { accountId: await aSubscriber() });
});

afterAll(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
  await other.close();
  await scrip.close();
  await drop();
});

async function aSubscriber(plan = 'basic-monthly'): Promise<string> {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, plan);
  return accountId;
}

/** What the customer owes beside the invoices: negative for what they were given back. */
async function owedBy(accountId: string): Promise<number> {
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  const { customer } = await stripe.subscriptions.retrieve(id, { expand: ['customer'] });
  if (typeof customer === 'string' || customer.deleted === true) throw new Error('the customer is there');
  return customer.balance;
}

describe.each([
  ['in one process', () => scrip],
  ['in two processes', () => other],
])('a change and one that costs less, at once, %s', (_where, second) => {
  it.each([
    ['team-monthly', 'pro-monthly', 0],
    ['team-monthly', 'pro-monthly', 20],
    ['team-monthly', 'pro-monthly', 50],
    ['team-monthly', 'pro-monthly', 200],
    ['yearly', 'pro-monthly', 0],
    ['yearly', 'pro-monthly', 50],
  ])('to %s and to %s after %i ms give no money back', async (dear, cheap, gapMs) => {
    const accountId = await aSubscriber();
    const first = askSubscription(scrip, accountId, 'change', { plan: dear });
    await pause(gapMs);
    const answers = await Promise.all([first, askSubscription(second(), accountId, 'change', { plan: cheap })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await owedBy(accountId)).toBe(0);
    const { plan, pendingPlan } = await subscriptionOf(scrip, accountId);
    expect(plan).toBe(dear);
    // Whichever took its turn first: the cheap one waits for the next period, or has been followed by the dear one.
    expect([cheap, null]).toContain(pendingPlan);
    expect(await ordersOf(scrip, accountId)).toHaveLength(pendingPlan === cheap ? 2 : 3);
  });
});

it('a change and a cancellation at once end as one after the other', async () => {
  const accountId = await aSubscriber();
  const [changed, canceled] = await Promise.all([
    askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' }),
    askSubscription(other, accountId, 'cancel'),
  ]);
  expect([changed.status, canceled.status]).toEqual([200, 200]);
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', cancelAtPeriodEnd: true });
  const again = await Promise.all([
    askSubscription(scrip, accountId, 'change', { plan: 'basic-monthly' }),
    askSubscription(other, accountId, 'resume'),
  ]);
  // What is to end has no next period that a smaller plan could wait for.
  expect([200, 409]).toContain(again[0].status);
  expect(again[1].status).toBe(200);
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', cancelAtPeriodEnd: false });
});

describe('what Stripe has now counts, though nobody has told of it', () => {
  afterEach(async () => {
    await flush(scrip, 'created');
    await webhooks(scrip, 'deliver');
    await inboxIsDrained(scrip);
  });

  async function movedUnheard(accountId: string, plan: string): Promise<void> {
    const price = await priceOf(scrip, accountId, plan);
    await webhooks(scrip, 'hold');
    await changedAtStripe(scrip, accountId, ({ id }) => ({
      items: [{ id, price }],
      proration_behavior: 'always_invoice',
    }));
  }

  it('a plan that costs more than the known one waits, where it costs less than the one that is held', async () => {
    const accountId = await aSubscriber();
    await movedUnheard(accountId, 'team-monthly');
    const preview = await askSubscription(scrip, accountId, 'change/preview', { plan: 'pro-monthly' });
    expect(preview.body).toMatchObject({ effect: 'at_period_end', dueMinor: 0, credits: 0 });
    const { status, body } = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
    expect([status, body.plan, body.pendingPlan]).toEqual([200, 'team-monthly', 'pro-monthly']);
    expect(await owedBy(accountId)).toBe(0);
  });

  it('the plan that is known is a change where another one is held', async () => {
    const accountId = await aSubscriber('pro-monthly');
    await movedUnheard(accountId, 'team-monthly');
    const { status, body } = await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' });
    expect([status, body.plan, body.pendingPlan]).toEqual([200, 'team-monthly', 'pro-monthly']);
  });

  it('what is to end at Stripe goes on again', async () => {
    const accountId = await aSubscriber();
    await webhooks(scrip, 'hold');
    await changedAtStripe(scrip, accountId, () => ({ cancel_at_period_end: true }));
    const { status, body } = await askSubscription(scrip, accountId, 'resume');
    expect([status, body.cancelAtPeriodEnd]).toEqual([200, false]);
    const { id } = await subscriptionOf(scrip, accountId);
    expect((await stripeOf(scrip).subscriptions.retrieve(id)).cancel_at_period_end).toBe(false);
  });

  it('what has ended at Stripe is over, and so are its credits', async () => {
    const accountId = await aSubscriber();
    await spendOf(scrip, accountId, 5);
    const { id } = await subscriptionOf(scrip, accountId);
    await webhooks(scrip, 'hold');
    await stripeOf(scrip).subscriptions.cancel(id);
    expect((await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' })).body).toMatchObject({
      type: '/problems/subscription-ended',
    });
    const { status, body } = await askSubscription(scrip, accountId, 'cancel', { now: true });
    expect([status, body.status, body.lapsedCredits]).toEqual([200, 'canceled', 15]);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });
});

describe('a change of which nobody knows whether it was made', () => {
  let impatient: TestScrip;
  beforeAll(async () => {
    impatient = await startTestScrip({ DATABASE_URL: databaseUrl, STRIPE_WAIT_SECONDS: '2' });
  });
  afterAll(() => impatient.close());

  it('keeps others away until it has to be over, and goes on when it is asked for again', async () => {
    const accountId = await aSubscriber();
    await fault(scrip, { method: 'POST', path: '/v1/subscriptions/sub_*', times: 1, delayMs: 20_000 });
    const ask = () => askSubscription(impatient, accountId, 'change', { plan: 'team-monthly' }, `once-${accountId}`);
    expect((await ask()).body).toMatchObject({ type: '/problems/stripe-unavailable' });
    const second = await askSubscription(other, accountId, 'change', { plan: 'pro-monthly' });
    expect(second).toMatchObject({ status: 503, body: { type: '/problems/busy' } });
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await ask()).toMatchObject({ status: 200, body: { plan: 'team-monthly', pendingPlan: null } });
    const third = await askSubscription(other, accountId, 'change', { plan: 'pro-monthly' });
    expect(third).toMatchObject({ status: 200, body: { plan: 'team-monthly', pendingPlan: 'pro-monthly' } });
    expect(await owedBy(accountId)).toBe(0);
    expect(await ordersOf(scrip, accountId)).toHaveLength(2);
  });

  it('keeps nobody away where Stripe was not asked to change anything', async () => {
    const accountId = await aSubscriber();
    await fault(scrip, { method: 'GET', path: '/v1/subscriptions/sub_*', times: 1, delayMs: 20_000 });
    expect((await askSubscription(impatient, accountId, 'change', { plan: 'pro-monthly' })).status).toBe(503);
    expect((await askSubscription(other, accountId, 'change', { plan: 'pro-monthly' })).status).toBe(200);
  });

  it('is waited for when its process has ended, and no longer than it can have lasted', async () => {
    const accountId = await aSubscriber();
    const { id } = await subscriptionOf(scrip, accountId);
    await scrip.sql(
      `insert into subscription_turns (stripe_subscription_id, taker, ends_at)
       values ($1, 'a process that has ended', clock_timestamp() + interval '1 second')`,
      [id],
    );
    const began = performance.now();
    expect((await askSubscription(scrip, accountId, 'change', { plan: 'pro-monthly' })).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(900);
  });
});
