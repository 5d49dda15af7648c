import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { aPriceAtStripe, changedAtStripe, endAll, priceOf } from '../../support/shop/dashboard.js';
import { anAccount, balanceOf } from '../../support/shop/shop.js';
import { flush, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  askSubscription,
  ordersOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

let scrip: TestScrip;
beforeAll(async () => {
  scrip = await startTestScrip();
  for (const [key, credits] of Object.entries(YEARS)) {
    const prices = [{ currency: 'usd', amountMinor: 600 * credits }];
    await scrip.call('PUT', `/v1/products/${key}`, { kind: 'plan', name: key, credits, interval: 'year', prices });
  }
});
afterAll(async () => {
  const { findings } = await scrip.checkBooks();
  await scrip.close();
  expect(findings).toEqual([]);
});
afterEach(() => endAll(scrip));

const YEARS = { 'big-yearly': 50, 'small-yearly': 20, 'tiny-yearly': 10 };
type Year = keyof typeof YEARS;
const charged = { proration_behavior: 'always_invoice' } as const;
const uncharged = { proration_behavior: 'none' } as const;

/** Adds a plan to the account's year, as somebody does in the dashboard. */
async function added(accountId: string, plan: Year, behavior: typeof charged | typeof uncharged): Promise<void> {
  const price = await priceOf(scrip, accountId, plan);
  await changedAtStripe(scrip, accountId, () => ({ items: [{ price }], ...behavior }));
  await advance(scrip, { seconds: 1 });
}

async function dropped(accountId: string, plan: Year, behavior: typeof charged | typeof uncharged): Promise<void> {
  const { id } = await subscriptionOf(scrip, accountId);
  const { items } = await stripeOf(scrip).subscriptions.retrieve(id);
  const item = items.data.find(({ price }) => price.product === `scrip_${plan}`);
  await changedAtStripe(scrip, accountId, () => ({ items: [{ id: String(item?.id), deleted: true }], ...behavior }));
  await advance(scrip, { seconds: 1 });
}

async function yearOf(...[first, ...others]: [Year, ...Year[]]): Promise<string> {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, first);
  for (const plan of others) await added(accountId, plan, charged);
  return accountId;
}

/** Everything of it is asked for and settled anew, as with each of its payments. */
async function readAgain(accountId: string): Promise<void> {
  for (const verb of ['cancel', 'resume']) await askSubscription(scrip, accountId, verb);
}

describe('a year of several plans of which one is paid back', () => {
  it('gives the others in every month to come, however often it is read and whatever changes afterwards', async () => {
    const accountId = await yearOf('big-yearly', 'small-yearly', 'tiny-yearly');
    await advance(scrip, { days: 10 });
    await dropped(accountId, 'tiny-yearly', charged);
    // It is paid for, and gives its months though it is held no longer.
    await dropped(accountId, 'small-yearly', uncharged);
    await readAgain(accountId);
    await advance(scrip, { days: 25 });
    expect(await balanceOf(scrip, accountId)).toBe(70);
    await readAgain(accountId);
    await advance(scrip, { days: 30 });
    expect(await balanceOf(scrip, accountId)).toBe(70);
    expect(await ordersOf(scrip, accountId)).toHaveLength(3);
  });

  it('gives what was paid for, and not one that was added without proration', async () => {
    const accountId = await yearOf('big-yearly', 'small-yearly');
    await added(accountId, 'tiny-yearly', uncharged);
    await dropped(accountId, 'small-yearly', charged);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(50);
  });

  it('is not paid back again where that was read before it was noted', async () => {
    const accountId = await yearOf('big-yearly', 'small-yearly');
    await dropped(accountId, 'small-yearly', charged);
    await advance(scrip, { days: 5 });
    const { id } = await subscriptionOf(scrip, accountId);
    await scrip.sql(
      `update orderless_invoices set read_until = $2, stripe_invoice_ids = '{}' where stripe_subscription_id = $1`,
      [id, scrip.clock.now()],
    );
    await readAgain(accountId);
    await advance(scrip, { days: 58 });
    expect(await balanceOf(scrip, accountId)).toBe(50);
  });
});

it('a year that was made bigger and smaller within a second, heard of together, gives the smaller months', async () => {
  const accountId = await yearOf('small-yearly');
  const [big, small] = [await priceOf(scrip, accountId, 'big-yearly'), await priceOf(scrip, accountId, 'small-yearly')];
  await webhooks(scrip, 'hold');
  for (const price of [big, small])
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...charged }));
  await webhooks(scrip, 'deliver');
  await flush(scrip, 'shuffled');
  await advance(scrip, { days: 32 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
});

describe('a year that was left without its money for something by the month', () => {
  /** To a product of somebody else. */
  async function movedAway(accountId: string, behavior: typeof charged | typeof uncharged): Promise<void> {
    const price = await aPriceAtStripe(scrip, { unit_amount: 900, recurring: { interval: 'month' } });
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...behavior }));
    await advance(scrip, { seconds: 1 });
  }

  it('gives its months no more once its money is back, though the line names what is held instead', async () => {
    const accountId = await yearOf('small-yearly');
    await movedAway(accountId, uncharged);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
    const trial_end = Math.floor(scrip.clock.now().getTime() / 1000) + 10 * 86_400;
    await changedAtStripe(scrip, accountId, () => ({ trial_end, proration_behavior: 'create_prorations' }));
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('gives none of them where a smaller plan was held meanwhile', async () => {
    const accountId = await yearOf('big-yearly');
    const price = await priceOf(scrip, accountId, 'basic-monthly');
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...uncharged }));
    await advance(scrip, { days: 3 });
    await movedAway(accountId, charged);
    await advance(scrip, { days: 34 });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('gives them while only the money of what came in its place is back', async () => {
    const accountId = await yearOf('big-yearly');
    // So that the second month of the year begins in the month that is paid back.
    await advance(scrip, { days: 1 });
    const price = await priceOf(scrip, accountId, 'basic-monthly');
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, deleted: true }, { price }], ...uncharged }));
    await advance(scrip, { days: 3 });
    await movedAway(accountId, charged);
    await advance(scrip, { days: 29 });
    expect(await balanceOf(scrip, accountId)).toBe(50);
  });
});

describe('a year whose rest is paid back before it is paid', () => {
  /** In the hour in which the invoice of the second year waits. */
  async function secondYear(): Promise<string> {
    const accountId = await yearOf('big-yearly', 'small-yearly');
    await advanceTo(scrip, (await subscriptionOf(scrip, accountId)).currentPeriodEnd, { hours: 0.1 });
    expect(await ordersOf(scrip, accountId)).toHaveLength(2);
    return accountId;
  }

  it('gives the first month, and then what is left of it', async () => {
    const accountId = await secondYear();
    await dropped(accountId, 'big-yearly', charged);
    await advance(scrip, { hours: 8 });
    expect(await ordersOf(scrip, accountId)).toHaveLength(3);
    expect(await balanceOf(scrip, accountId)).toBe(70);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('gives the smaller plan that is charged instead', async () => {
    const accountId = await secondYear();
    await dropped(accountId, 'small-yearly', uncharged);
    const price = await priceOf(scrip, accountId, 'tiny-yearly');
    await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...charged }));
    await advance(scrip, { hours: 8 });
    expect(await balanceOf(scrip, accountId)).toBe(70);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(30);
  });
});
