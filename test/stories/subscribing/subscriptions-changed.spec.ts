import { useScrip } from '../../support/service/scrip.js';
import { aPriceAtStripe, changedAtStripe, endAll, priceOf } from '../../support/shop/dashboard.js';
import { anAccount, balanceOf, entriesOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  advance,
  advanceTo,
  eventsOf,
  featureOf,
  standingOf,
  subscribed,
  subscriptionOf,
} from '../../support/shop/subscribe.js';

const scrip = useScrip();
afterEach(() => endAll(scrip));

const inDays = (days: number) => Math.floor(scrip.clock.now().getTime() / 1000) + days * 86_400;

it('a trial that somebody gives, makes longer and ends leaves it open; the month comes with its payment', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  await advance(scrip, { days: 1 });
  const until = async (trial_end: number | 'now') => {
    await changedAtStripe(scrip, accountId, () => ({ trial_end, proration_behavior: 'none' }));
    await advance(scrip, { seconds: 1 });
    return subscriptionOf(scrip, accountId);
  };
  expect(await until(inDays(5))).toMatchObject({ status: 'trialing', accessState: 'granted' });
  const longer = inDays(20);
  expect(await until(longer)).toMatchObject({ status: 'trialing', trialEnd: new Date(longer * 1000).toISOString() });
  expect(await until('now')).toMatchObject({ status: 'active', accessState: 'granted' });
  expect((await entriesOf(scrip, accountId)).filter((entry) => entry === 'grant +20')).toHaveLength(2);
  expect(await balanceOf(scrip, accountId)).toBeLessThanOrEqual(40);
});

it('an end at a date closes on the instant, with or without its event', async () => {
  const accountId = await anAccount(scrip);
  await subscribed(scrip, accountId);
  const cancel_at = inDays(9);
  await changedAtStripe(scrip, accountId, () => ({ cancel_at, proration_behavior: 'none' }));
  await advance(scrip, { days: 8 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ accessState: 'granted', balance: 20 });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({
    active: true,
    expiresAt: new Date(cancel_at * 1000).toISOString(),
  });
  await advance(scrip, { days: 2 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked', balance: 0 });
  expect(await eventsOf(scrip, accountId)).toContain('subscription.access_changed');
});

it('one that is begun in the past gives what is over and lets it end; the month that runs can be spent', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const price = await priceOf(scrip, accountId, 'basic-monthly');
  const [row] = await scrip.sql<{ customer: string }>(
    'select stripe_customer_id as customer from accounts where id = $1',
    [accountId],
  );
  const customer = String(row?.customer);
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const begun = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    default_payment_method: card.id,
    backdate_start_date: inDays(-61),
    billing_cycle_anchor: inDays(10),
  });
  await advance(scrip, { seconds: 1 });
  const { lines } = await stripe.invoices.retrieve(String(begun.latest_invoice));
  const whole = lines.data.filter((line) => line.parent?.subscription_item_details?.proration === false);
  expect(whole.length).toBeGreaterThanOrEqual(2);
  expect(lines.data).toHaveLength(whole.length + 1);
  const shown = await subscriptionOf(scrip, accountId);
  expect(shown).toMatchObject({
    status: 'active',
    accessState: 'granted',
    currentPeriodStart: new Date(Number(lines.data.at(-1)?.period.start) * 1000).toISOString(),
  });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  const entries = await entriesOf(scrip, accountId);
  expect(entries.filter((entry) => entry === 'grant +20')).toHaveLength(whole.length);
  expect(entries.filter((entry) => entry === 'expiry -20')).toHaveLength(whole.length - 1);
  await advanceTo(scrip, shown.currentPeriodEnd, { hours: 8 });
  expect(await standingOf(scrip, accountId)).toMatchObject({ accessState: 'granted', balance: 20 });
});

it('another interval in the second of the purchase, without proration, is paid twice and given twice', async () => {
  const year = await aPriceAtStripe(scrip, {
    plan: 'basic-monthly',
    unit_amount: 15_000,
    recurring: { interval: 'year' },
  });
  const beginnings = async () => {
    const accountId = await anAccount(scrip);
    await subscribed(scrip, accountId);
    await changedAtStripe(scrip, accountId, ({ id }) => ({
      items: [{ id, price: year }],
      proration_behavior: 'none',
    }));
    await advance(scrip, { seconds: 1 });
    expect(await balanceOf(scrip, accountId)).toBe(40);
    return scrip.sql('select distinct starts_at from allowances where account_id = $1 and month = 0', [accountId]);
  };
  // Until both are within one second.
  while ((await beginnings()).length > 1) await endAll(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);

  // The same month by another invoice is found as before.
  await scrip.sql(
    `insert into allowances
     select (jsonb_populate_record(a, '{"id": "alw_again", "stripe_invoice_id": "in_again", "grant_id": null,
       "source_part": "again"}')).*
     from allowances a
     where not exists (
       select from allowances b where b.stripe_invoice_id = a.stripe_invoice_id and b.id <> a.id)
     order by created_at desc
     limit 1`,
  );
  const found = (await scrip.checkBooks()).findings.map(({ rule }) => rule);
  await scrip.sql(`delete from allowances where id = 'alw_again'`);
  expect(found).toContain('period-is-granted-once');
});

it('a schedule of the dashboard changes plan and quantity with the next period', async () => {
  const stripe = stripeOf(scrip);
  const accountId = await anAccount(scrip);
  const { subscription } = await subscribed(scrip, accountId);
  const price = await priceOf(scrip, accountId, 'team-monthly');
  const { id } = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  const [phase] = (await stripe.subscriptionSchedules.retrieve(id)).phases;
  const [item] = phase?.items ?? [];
  await stripe.subscriptionSchedules.update(id, {
    end_behavior: 'release',
    phases: [
      {
        items: [{ price: String(item?.price), quantity: 1 }],
        start_date: phase?.start_date,
        end_date: phase?.end_date,
      },
      {
        items: [{ price, quantity: 2 }],
        duration: { interval: 'month', interval_count: 1 },
        proration_behavior: 'none',
      },
    ],
  });
  await changedAtStripe(scrip, accountId, () => ({ metadata: { touched: 'yes' } }));
  await advance(scrip, { seconds: 1 });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({
    plan: 'basic-monthly',
    pendingPlan: 'team-monthly',
    pendingPlanAt: subscription.currentPeriodEnd,
  });
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 8 });
  expect(await subscriptionOf(scrip, accountId)).toMatchObject({
    plan: 'team-monthly',
    pendingPlan: null,
    quantity: 2,
    creditsPerMonth: 400,
  });
  expect(await balanceOf(scrip, accountId)).toBe(400);
});
