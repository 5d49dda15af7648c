import type Stripe from 'stripe';
import { useScrip } from '../../support/service/scrip.js';
import { aPriceAtStripe, changedAtStripe, endAll, priceOf } from '../../support/shop/dashboard.js';
import { anAccount, balanceOf, entriesOf, spendOf } from '../../support/shop/shop.js';
import { flush, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { advance, ordersOf, subscribed, subscriptionOf } from '../../support/shop/subscribe.js';

const scrip = useScrip();
afterEach(async () => {
  await endAll(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

type Recurring = NonNullable<Stripe.PriceCreateParams['recurring']>['interval'];
const uncharged = { proration_behavior: 'none' } as const;

const inDays = (days: number) => Math.floor(scrip.clock.now().getTime() / 1000) + days * 86_400;

async function subscriber(plan = 'basic-monthly'): Promise<string> {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId, plan);
  await advance(scrip, { seconds: 1 });
  return accountId;
}

async function trialUntil(
  accountId: string,
  trial_end: number | 'now',
  more: Stripe.SubscriptionUpdateParams = {},
): Promise<void> {
  await changedAtStripe(scrip, accountId, () => ({ trial_end, ...more }));
  await advance(scrip, { seconds: 1 });
}

/** The same plan, by another length of its periods. */
async function moved(accountId: string, price: string, more: Stripe.SubscriptionUpdateParams = {}): Promise<void> {
  await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price }], ...more }));
  await advance(scrip, { seconds: 1 });
}

const every = (interval: Recurring, unit_amount: number, plan: string | undefined = 'basic-monthly') =>
  aPriceAtStripe(scrip, { ...(plan !== '' && { plan }), unit_amount, recurring: { interval } });

/** What the customer has paid by card, and what of it is kept for later invoices. */
async function money(accountId: string): Promise<{ paid: number; kept: number }> {
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  const { customer } = await stripe.subscriptions.retrieve(id);
  const { data } = await stripe.invoices.list({ subscription: id, status: 'paid', limit: 100 });
  const shown = await stripe.customers.retrieve(String(customer));
  if (shown.deleted) throw new Error('the customer is gone');
  return { paid: data.reduce((sum, { amount_paid }) => sum + amount_paid, 0), kept: 0 - shown.balance };
}

async function given(accountId: string): Promise<number> {
  const entries = await entriesOf(scrip, accountId);
  return entries.reduce((sum, entry) => sum + Number(/^grant \+(\d+)/.exec(entry)?.[1] ?? 0), 0);
}

describe('a trial that is given in a paid month and ended', () => {
  it('gives one month for one payment, however often', async () => {
    const accountId = await subscriber();
    for (let times = 0; times < 3; times += 1) {
      await trialUntil(accountId, inDays(5));
      await trialUntil(accountId, 'now');
    }
    expect(await money(accountId)).toMatchObject({ paid: 1500 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
    expect((await money(accountId)).paid).toBeGreaterThan(2990);
  });

  it('within the seconds of the purchase, heard of together, gives one month', async () => {
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId);
    await webhooks(scrip, 'hold');
    for (let times = 0; times < 3; times += 1) {
      const trial_end = inDays(5);
      await changedAtStripe(scrip, accountId, () => ({ trial_end }));
      await changedAtStripe(scrip, accountId, () => ({ trial_end: 'now' }));
    }
    await webhooks(scrip, 'deliver');
    await flush(scrip, 'shuffled', 2);
    await advance(scrip, { seconds: 1 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('gives the month less what was given for the time whose money went back', async () => {
    const accountId = await subscriber();
    await advance(scrip, { days: 15 });
    await spendOf(scrip, accountId, 20);
    await trialUntil(accountId, inDays(3));
    const { kept } = await money(accountId);
    expect(kept).toBeGreaterThan(600);
    await advance(scrip, { days: 3, hours: 2 });
    const left = Math.ceil((20 * kept) / 1500);
    expect(await balanceOf(scrip, accountId)).toBe(20 - left);
    await advance(scrip, { days: 32 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('gives a whole month where no money went back', async () => {
    const accountId = await subscriber();
    await advance(scrip, { days: 15 });
    await spendOf(scrip, accountId, 20);
    await trialUntil(accountId, inDays(3), uncharged);
    await advance(scrip, { days: 3, hours: 2 });
    expect(await money(accountId)).toEqual({ paid: 3000, kept: 0 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('gives one month where the money goes back with its end', async () => {
    const accountId = await subscriber();
    await trialUntil(accountId, inDays(5), uncharged);
    await trialUntil(accountId, 'now');
    expect(await money(accountId)).toMatchObject({ paid: 1500 });
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });
});

describe('another length of the periods, and back', () => {
  it.each<[string, number, Recurring, number]>([
    ['a year, a day and a year', 15_000, 'year', 1],
    ['a week, a day and a week', 400, 'week', 1],
  ])('%s gives nothing more', async (_, amount, interval) => {
    const accountId = await subscriber();
    const [long, day] = [await every(interval, amount), await every('day', 100)];
    await moved(accountId, long);
    const before = await given(accountId);
    for (let times = 0; times < 3; times += 1) {
      await moved(accountId, day);
      await moved(accountId, long);
    }
    expect(await given(accountId)).toBe(before);
    expect((await money(accountId)).paid).toBeLessThanOrEqual(Math.max(amount, 1500));
  });

  it('a month, a year and a month give nothing more, and the year its months', async () => {
    const accountId = await subscriber();
    const [year, month] = [await every('year', 15_000), await priceOf(scrip, accountId, 'basic-monthly')];
    for (let times = 0; times < 3; times += 1) {
      await moved(accountId, year);
      await moved(accountId, month);
    }
    expect(await given(accountId)).toBe(20);
    await moved(accountId, year);
    await advance(scrip, { days: 32 });
    expect(await given(accountId)).toBe(40);
  });

  it('a big month, a small year and a big month give no more than the big month', async () => {
    const accountId = await subscriber('team-monthly');
    const [year, month] = [await every('year', 15_000), await priceOf(scrip, accountId, 'team-monthly')];
    for (let times = 0; times < 2; times += 1) {
      await moved(accountId, year);
      await moved(accountId, month);
    }
    expect(await given(accountId)).toBe(200);
    await moved(accountId, year);
    // It has paid for 20 a month, and was given 200 of them.
    await advance(scrip, { days: 75 });
    expect(await given(accountId)).toBe(200);
    await advance(scrip, { days: 240 });
    expect(await given(accountId)).toBe(220);
  });

  it('a month of something else between gives nothing more', async () => {
    const accountId = await subscriber();
    const [elsewhere, month] = [await every('year', 900, ''), await priceOf(scrip, accountId, 'basic-monthly')];
    for (let times = 0; times < 2; times += 1) {
      await moved(accountId, elsewhere);
      await moved(accountId, month);
    }
    expect(await given(accountId)).toBe(20);
  });

  it('a year and a month that were both paid give what both gave, and no more once both are back', async () => {
    const accountId = await subscriber();
    const [year, month] = [await every('year', 15_000), await priceOf(scrip, accountId, 'basic-monthly')];
    const day = await every('day', 100);
    await moved(accountId, year, uncharged);
    expect(await given(accountId)).toBe(40);
    await moved(accountId, day);
    await moved(accountId, month);
    await moved(accountId, day);
    await moved(accountId, year);
    expect(await given(accountId)).toBe(40);
  });
});

it('an upgrade after a trial that cut off a bigger month gives what it is charged for', async () => {
  const accountId = await subscriber('pro-monthly');
  await trialUntil(accountId, inDays(5));
  const [basic, pro] = [
    await priceOf(scrip, accountId, 'basic-monthly'),
    await priceOf(scrip, accountId, 'pro-monthly'),
  ];
  await changedAtStripe(scrip, accountId, ({ id }) => ({ items: [{ id, price: basic }], trial_end: 'now' }));
  await advance(scrip, { seconds: 1 });
  // 20 of the 50 are taken off; 30 are carried.
  expect(await given(accountId)).toBe(50);
  await moved(accountId, pro, { proration_behavior: 'always_invoice' });
  expect(await given(accountId)).toBe(79);
  await advance(scrip, { days: 32 });
  expect(await given(accountId)).toBe(99);
  expect((await ordersOf(scrip, accountId)).length).toBeGreaterThan(2);
});
