import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { cards, givenReceiver, givenSession, moneyIsBooked, pay, useSandbox } from '../support/given.js';
import {
  advance,
  advanceTo,
  daySeconds,
  draftSeconds,
  eventsAbout,
  givenPlan,
  givenSubscriber,
  periodOf,
} from '../support/given-plan.js';

const given = useSandbox({}, { each: true });
let stripe: Stripe;
let basic: Stripe.Price;

beforeEach(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
});

/** The subscription with its latest invoice, as they are now. */
async function now(id: string): Promise<{ subscription: Stripe.Subscription; invoice: Stripe.Invoice }> {
  const subscription = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice.payments'] });
  return { subscription, invoice: subscription.latest_invoice as Stripe.Invoice };
}

describe('a renewal', () => {
  it('begins a period at its time with a draft, which is charged an hour later', async () => {
    const { subscription: first } = await givenSubscriber(stripe, basic, {
      subscription_data: { metadata: { account: 'acc_1' } },
    });
    const old = periodOf(first);
    await advanceTo(given, old.end + 60);
    const drafted = await now(first.id);
    expect(drafted.subscription.status).toBe('active');
    expect(periodOf(drafted.subscription).start).toBe(old.end);
    expect(drafted.invoice).toMatchObject({
      status: 'draft',
      auto_advance: true,
      billing_reason: 'subscription_cycle',
      // The period that is over, as Stripe has it: the lines have the one that is paid for.
      period_start: old.start,
      period_end: old.end,
      parent: { subscription_details: { metadata: { account: 'acc_1' } } },
    });
    expect(drafted.invoice.lines.data).toMatchObject([{ amount: 1500, period: periodOf(drafted.subscription) }]);

    await advance(given, draftSeconds);
    const { subscription, invoice } = await now(first.id);
    expect(invoice).toMatchObject({ id: drafted.invoice.id, status: 'paid', amount_paid: 1500, attempt_count: 1 });
    const intentId = String(invoice.payments?.data[0]?.payment.payment_intent);
    expect(await eventsAbout(stripe, intentId)).toEqual(['payment_intent.created', 'payment_intent.succeeded']);
    const [charge] = (await stripe.charges.list({ payment_intent: intentId })).data;
    expect((await eventsAbout(stripe, String(charge?.id)))[0]).toBe('charge.succeeded');
    expect(await eventsAbout(stripe, invoice.id)).toEqual([
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    expect(subscription.latest_invoice).toMatchObject({ id: invoice.id });
  });

  it('comes every month on the day of the first one, or on the last there is', async () => {
    const start = Date.UTC(new Date().getUTCFullYear() + 1, 0, 31, 12) / 1000;
    await advanceTo(given, start);
    const { subscription } = await givenSubscriber(stripe, basic);
    const ends: string[] = [];
    for (let month = 0; month < 4; month += 1) {
      const { end } = periodOf(await stripe.subscriptions.retrieve(subscription.id));
      ends.push(new Date(end * 1000).toISOString().slice(5, 10));
      await advanceTo(given, end + 1);
    }
    expect(ends[0]).toMatch(/02-2[89]/);
    expect(ends.slice(1)).toEqual(['03-31', '04-30', '05-31']);
  });

  it('is announced a week before, with what it will cost, and nothing is kept of that', async () => {
    const receiver = await givenReceiver(given.sandbox.webhookSecret);
    const { subscription } = await givenSubscriber(stripe, basic);
    await moneyIsBooked(given);
    await given.sandbox.deliverTo(receiver.url);
    await advanceTo(given, periodOf(subscription).end - 7 * daySeconds - 60);
    expect(receiver.types()).toEqual([]);
    await advance(given, 120);
    const [event, ...more] = await eventually(
      async () => [...receiver.events],
      ({ length }) => length > 0,
    );
    expect(more).toEqual([]);
    const upcoming = event?.data.object as Stripe.Invoice;
    expect(event?.type).toBe('invoice.upcoming');
    expect(upcoming).toMatchObject({
      amount_due: 1500,
      billing_reason: 'upcoming',
      next_payment_attempt: periodOf(subscription).end,
      parent: { subscription_details: { subscription: subscription.id } },
    });
    await expect(stripe.invoices.retrieve(upcoming.id)).rejects.toMatchObject({ code: 'resource_missing' });
    await receiver.close();
  });

  it('comes once for each period, however long the clock jumps, each at its own time', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    await advance(given, 370 * daySeconds);
    const { data } = await stripe.invoices.list({ subscription: subscription.id, limit: 100 });
    expect(data).toHaveLength(13);
    expect(data.every((invoice) => invoice.status === 'paid')).toBe(true);
    const periods = data.map((invoice) => invoice.lines.data[0]?.period.start ?? 0).reverse();
    expect(new Set(periods).size).toBe(13);
    for (const invoice of data.slice(0, -1)) {
      const start = invoice.lines.data[0]?.period.start ?? 0;
      expect(invoice.created - start).toBeLessThan(5);
      expect((invoice.status_transitions.paid_at ?? 0) - start - draftSeconds).toBeLessThan(10);
    }
  });

  it('has the discount for as long as its coupon says', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'repeating', duration_in_months: 2 });
    const { subscription } = await givenSubscriber(stripe, basic, { discounts: [{ coupon: coupon.id }] });
    await advance(given, 100 * daySeconds);
    const { data } = await stripe.invoices.list({ subscription: subscription.id });
    expect(data.map((invoice) => invoice.amount_paid).reverse()).toEqual([1200, 1200, 1500, 1500]);
  });

  it('is not asked for while collection is paused, as its behaviour says', async () => {
    const statuses: Record<string, string | null | undefined> = {};
    for (const behavior of ['void', 'mark_uncollectible', 'keep_as_draft'] as const) {
      const { subscription } = await givenSubscriber(stripe, basic);
      await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior } });
      await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
      const { invoice, subscription: after } = await now(subscription.id);
      expect(after.status).toBe('active');
      statuses[behavior] = invoice.status;
    }
    expect(statuses).toEqual({ void: 'void', mark_uncollectible: 'uncollectible', keep_as_draft: 'draft' });
  });

  it('begins again when the pause is over', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    const { end } = periodOf(subscription);
    const resumesAt = end + 10 * daySeconds;
    await stripe.subscriptions.update(subscription.id, {
      pause_collection: { behavior: 'void', resumes_at: resumesAt },
    });
    await advanceTo(given, resumesAt + 60);
    expect((await now(subscription.id)).subscription.pause_collection).toBeNull();
    await advance(given, 31 * daySeconds);
    expect((await now(subscription.id)).invoice.status).toBe('paid');
  });
});

describe('the end of a trial', () => {
  it('is announced three days before, and followed by the first payment', async () => {
    const { subscription } = await givenSubscriber(stripe, basic, { subscription_data: { trial_period_days: 14 } });
    const trialEnd = subscription.trial_end ?? 0;
    await advanceTo(given, trialEnd - 3 * daySeconds + 60);
    expect(await eventsAbout(stripe, subscription.id)).toContain('customer.subscription.trial_will_end');
    await advanceTo(given, trialEnd + draftSeconds + 60);
    const after = await now(subscription.id);
    expect(after.subscription.status).toBe('active');
    expect(after.invoice).toMatchObject({ amount_paid: 1500, billing_reason: 'subscription_cycle', status: 'paid' });
    expect(periodOf(after.subscription).start).toBe(trialEnd);
  });

  it.each([
    ['pause', 'paused', 'customer.subscription.paused'],
    ['cancel', 'canceled', 'customer.subscription.deleted'],
    ['create_invoice', 'past_due', 'customer.subscription.updated'],
  ] as const)('without a card can %s, so that it is %s', async (behaviour, status, event) => {
    const customer = await stripe.customers.create({});
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: basic.id }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: behaviour } },
    });
    await advance(given, 7 * daySeconds + draftSeconds + 60);
    expect((await now(subscription.id)).subscription.status).toBe(status);
    expect(await eventsAbout(stripe, subscription.id)).toContain(event);
  });
});

describe('a first payment by the API', () => {
  async function create(params: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Stripe.Subscription> {
    const customer = await stripe.customers.create({});
    return stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }], ...params });
  }

  it('makes the subscription active', async () => {
    const subscription = await create({ default_payment_method: 'pm_card_visa' });
    expect(subscription.status).toBe('active');
    expect(await eventsAbout(stripe, subscription.id)).toEqual([
      'customer.subscription.created',
      'customer.subscription.updated',
    ]);
  });

  it('that fails leaves it incomplete until somebody pays', async () => {
    const subscription = await create({ default_payment_method: 'pm_card_chargeCustomerFail' });
    expect(subscription.status).toBe('incomplete');
    await stripe.invoices.pay(String(subscription.latest_invoice), { payment_method: 'pm_card_visa' });
    expect((await now(subscription.id)).subscription.status).toBe('active');
  });

  it('that nobody makes within 23 hours lets it expire, with its invoice', async () => {
    const subscription = await create({ payment_behavior: 'default_incomplete' });
    expect(subscription.status).toBe('incomplete');
    await advance(given, 23 * 60 * 60 + 60);
    expect(await now(subscription.id)).toMatchObject({
      subscription: { status: 'incomplete_expired' },
      invoice: { status: 'void' },
    });
  });

  it('that is declined can refuse it altogether', async () => {
    await expect(
      create({ default_payment_method: 'pm_card_chargeCustomerFail', payment_behavior: 'error_if_incomplete' }),
    ).rejects.toMatchObject({ code: 'card_declined' });
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
  });
});

it('a customer who is deleted has no subscriptions any more', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  await stripe.customers.del(String(subscription.customer));
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  await advance(given, 40 * daySeconds);
});

it('an advance ends when everybody has been told, and says when something happens next', async () => {
  const receiver = await givenReceiver(given.sandbox.webhookSecret);
  await given.sandbox.deliverTo(receiver.url);
  const { subscription } = await givenSubscriber(stripe, basic);
  const { end } = periodOf(subscription);
  const { body } = await given.control('/_sandbox/clock/advance', { seconds: 32 * daySeconds });
  expect(receiver.types().filter((type) => type === 'invoice.paid')).toHaveLength(2);
  expect(Date.parse(String(body.nextDueAt)) / 1000).toBeGreaterThan(end + 20 * daySeconds);
  expect(Date.parse(String(body.now)) / 1000).toBeGreaterThan(end);
  await receiver.close();
});

it('a declined attempt on the page leaves no subscription that would renew', async () => {
  const session = await givenSession(stripe, { mode: 'subscription', line_items: [{ price: basic.id, quantity: 1 }] });
  await pay(session, { cardNumber: cards.declined });
  await advance(given, 60 * daySeconds);
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
});
