import type Stripe from 'stripe';
import { useSandbox } from '../support/given.js';
import {
  advance,
  advanceTo,
  amounts,
  daySeconds,
  draftSeconds,
  eventsAbout,
  givenPlan,
  givenSubscriber,
  halfWay,
  itemOf,
  periodOf,
  prorations,
} from '../support/given-plan.js';

const given = useSandbox();
let stripe: Stripe;
let basic: Stripe.Price;
let pro: Stripe.Price;

beforeAll(async () => {
  stripe = given.stripe;
  basic = await givenPlan(stripe, 'Basic', 1500);
  pro = await givenPlan(stripe, 'Pro', 3000);
});

function change(
  subscription: Stripe.Subscription,
  price: Stripe.Price,
  params: Stripe.SubscriptionUpdateParams = {},
): Promise<Stripe.Subscription> {
  return stripe.subscriptions.update(subscription.id, {
    items: [{ id: itemOf(subscription), price: price.id }],
    ...params,
  });
}

it('an upgrade is charged at once: the unused time is given back, the rest of the period asked for', async () => {
  const { subscription, invoice: first } = await givenSubscriber(stripe, basic);
  const at = halfWay(subscription);
  const upgraded = await change(subscription, pro, {
    proration_behavior: 'always_invoice',
    proration_date: at,
    expand: ['latest_invoice.payments'],
  });
  expect(upgraded).toMatchObject({ status: 'active', items: { data: [{ price: { id: pro.id } }] } });
  expect(periodOf(upgraded)).toEqual(periodOf(subscription));
  const invoice = upgraded.latest_invoice as Stripe.Invoice;
  expect(invoice).toMatchObject({ status: 'paid', billing_reason: 'subscription_update', amount_paid: 750 });
  expect(amounts(invoice)).toMatchObject([
    { amount: -750, description: expect.stringContaining('Unused time on Basic after') },
    { amount: 1500, description: expect.stringContaining('Remaining time on Pro after') },
  ]);
  expect(prorations(invoice)).toEqual([true, true]);
  expect(invoice.lines.data.map((line) => line.pricing?.price_details?.price)).toEqual([basic.id, pro.id]);
  expect(invoice.lines.data[0]?.parent?.subscription_item_details?.proration_details?.credited_items).toEqual({
    invoice: first.id,
    invoice_line_items: [first.lines.data[0]?.id],
  });
  expect(invoice.lines.data.map(({ period }) => period)).toEqual([
    { start: at, end: periodOf(subscription).end },
    { start: at, end: periodOf(subscription).end },
  ]);
  expect(invoice.payments?.data).toMatchObject([{ status: 'paid', amount_paid: 750 }]);
});

it('there and back again costs nothing: what was asked for is what is given back', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const at = halfWay(subscription);
  const up = await change(subscription, pro, { proration_behavior: 'always_invoice', proration_date: at });
  const down = await change(up, basic, {
    proration_behavior: 'always_invoice',
    proration_date: at,
    expand: ['latest_invoice'],
  });
  const invoice = down.latest_invoice as Stripe.Invoice;
  expect(amounts(invoice).map(({ amount }) => amount)).toEqual([-1500, 750]);
  expect(invoice).toMatchObject({ total: -750, amount_due: 0, status: 'paid', ending_balance: -750 });
  expect((await stripe.invoicePayments.list({ invoice: invoice.id })).data).toEqual([]);
  expect((await stripe.customers.retrieve(String(down.customer))) as Stripe.Customer).toMatchObject({ balance: -750 });
});

it('the credit of a downgrade pays for what comes next', async () => {
  const { subscription } = await givenSubscriber(stripe, pro);
  const at = halfWay(subscription);
  const down = await change(subscription, basic, { proration_behavior: 'always_invoice', proration_date: at });
  await advanceTo(given, periodOf(down).end + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(down.id, { expand: ['latest_invoice.payments'] });
  expect(renewed.latest_invoice).toMatchObject({
    billing_reason: 'subscription_cycle',
    total: 1500,
    starting_balance: -750,
    ending_balance: 0,
    amount_due: 750,
    amount_paid: 750,
  });
});

it('prorations that are not invoiced wait for the next invoice', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const at = halfWay(subscription);
  const changed = await change(subscription, pro, { proration_date: at });
  expect(changed.latest_invoice).toBe(subscription.latest_invoice);
  const waiting = await stripe.invoiceItems.list({ customer: String(changed.customer), pending: true });
  expect(waiting.data.map(({ amount, proration }) => ({ amount, proration }))).toEqual([
    { amount: 1500, proration: true },
    { amount: -750, proration: true },
  ]);
  await advanceTo(given, periodOf(changed).end + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(changed.id, { expand: ['latest_invoice'] });
  const invoice = renewed.latest_invoice as Stripe.Invoice;
  expect(amounts(invoice).map(({ amount }) => amount)).toEqual([-750, 1500, 3000]);
  expect(prorations(invoice)).toEqual([true, true, false]);
  expect((await stripe.invoiceItems.list({ customer: String(changed.customer), pending: true })).data).toEqual([]);
});

it('a change without prorations costs what it costs from the next period on', async () => {
  const { subscription } = await givenSubscriber(stripe, pro);
  const changed = await change(subscription, basic, { proration_behavior: 'none' });
  expect(changed).toMatchObject({
    latest_invoice: subscription.latest_invoice,
    items: { data: [{ price: { id: basic.id } }] },
  });
  await advanceTo(given, periodOf(changed).end + draftSeconds + 60);
  const renewed = await stripe.subscriptions.retrieve(changed.id, { expand: ['latest_invoice'] });
  expect(amounts(renewed.latest_invoice as Stripe.Invoice)).toMatchObject([{ amount: 1500 }]);
});

it('another interval begins a period at once, less what is left of the old one', async () => {
  const yearly = await givenPlan(stripe, 'Basic', 15_000, { recurring: { interval: 'year' } });
  const { subscription } = await givenSubscriber(stripe, basic);
  await advance(given, 10 * daySeconds);
  const changed = await change(subscription, yearly, { expand: ['latest_invoice'] });
  const invoice = changed.latest_invoice as Stripe.Invoice;
  const { start, end } = periodOf(changed);
  expect(changed.billing_cycle_anchor).toBe(start);
  expect(start).toBeGreaterThanOrEqual(subscription.created + 10 * daySeconds);
  expect(new Date(end * 1000).getUTCFullYear() - new Date(start * 1000).getUTCFullYear()).toBe(1);
  expect(prorations(invoice)).toEqual([true, false]);
  const [unused = 0, whole = 0] = amounts(invoice).map(({ amount }) => amount);
  expect(whole).toBe(15_000);
  expect(unused).toBeLessThan(-1500 / 2);
  expect(invoice).toMatchObject({
    amount_paid: 15_000 + unused,
    status: 'paid',
    billing_reason: 'subscription_update',
  });
});

it('more of the same is asked for as more', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const at = halfWay(subscription);
  const more = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: itemOf(subscription), quantity: 3 }],
    proration_behavior: 'always_invoice',
    proration_date: at,
    expand: ['latest_invoice'],
  });
  expect(more.items.data).toMatchObject([{ quantity: 3 }]);
  expect(amounts(more.latest_invoice as Stripe.Invoice).map(({ amount }) => amount)).toEqual([-750, 2250]);
});

it('an upgrade that cannot be paid leaves the subscription past due, unless refused or left waiting', async () => {
  const subscribe = async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: String(subscription.customer),
    });
    return stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  };
  const allowed = await change(await subscribe(), pro, { proration_behavior: 'always_invoice' });
  expect(allowed).toMatchObject({ status: 'past_due', items: { data: [{ price: { id: pro.id } }] } });

  const refused = await subscribe();
  const params = { proration_behavior: 'always_invoice', payment_behavior: 'error_if_incomplete' } as const;
  await expect(change(refused, pro, params)).rejects.toMatchObject({ code: 'card_declined', statusCode: 402 });
  expect(await stripe.subscriptions.retrieve(refused.id)).toMatchObject({
    status: 'active',
    latest_invoice: refused.latest_invoice,
    items: { data: [{ price: { id: basic.id } }] },
  });

  const waiting = await change(await subscribe(), pro, {
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  expect(waiting).toMatchObject({
    status: 'active',
    items: { data: [{ price: { id: basic.id } }] },
    pending_update: { subscription_items: [{ price: { id: pro.id } }] },
  });
  const paid = await stripe.invoices.pay(String(waiting.latest_invoice), { payment_method: 'pm_card_visa' });
  expect(paid.status).toBe('paid');
  expect(await stripe.subscriptions.retrieve(waiting.id)).toMatchObject({
    items: { data: [{ price: { id: pro.id } }] },
    pending_update: null,
  });
});

it('another price is of one, unless it is said how many', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const id = itemOf(subscription);
  await stripe.subscriptions.update(subscription.id, { items: [{ id, quantity: 3 }] });
  const same = await change(subscription, basic);
  expect(same.items.data).toMatchObject([{ id, quantity: 3 }]);
  expect((await change(subscription, pro)).items.data).toMatchObject([{ id, price: { id: pro.id }, quantity: 1 }]);
  const four = { items: [{ id, price: basic.id, quantity: 4 }] };
  expect((await stripe.subscriptions.update(subscription.id, four)).items.data).toMatchObject([{ quantity: 4 }]);
});

it('a change that nobody pays for expires, with its invoice', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const customer = String(subscription.customer);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  const waiting = await change(subscription, pro, {
    default_payment_method: bad.id,
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  await advance(given, daySeconds);
  const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(after).toMatchObject({
    pending_update: null,
    status: 'active',
    items: { data: [{ price: { id: basic.id } }] },
  });
  expect(after.latest_invoice).toMatchObject({ id: waiting.latest_invoice, status: 'void' });
  expect(await eventsAbout(stripe, subscription.id)).toContain('customer.subscription.pending_update_expired');
});

it('another change takes the place of one that waits', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const customer = String(subscription.customer);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  const params = { proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete' } as const;
  const waiting = await change(subscription, pro, { ...params, default_payment_method: bad.id });
  const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const done = await change(subscription, pro, { ...params, default_payment_method: good.id });
  expect(done).toMatchObject({ pending_update: null, items: { data: [{ price: { id: pro.id } }] } });
  expect((await stripe.invoices.retrieve(String(waiting.latest_invoice))).status).toBe('void');
  const items = await stripe.subscriptionItems.list({ subscription: subscription.id });
  expect(items.data).toMatchObject([{ id: itemOf(subscription), price: { id: pro.id } }]);
  expect(await stripe.subscriptionItems.retrieve(itemOf(subscription))).toEqual(items.data[0]);
});

it('a discount is shown with its coupon on request, and taken away when that is asked for', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
  const { subscription } = await givenSubscriber(stripe, basic);
  const reduced = await stripe.subscriptions.update(subscription.id, {
    discounts: [{ coupon: coupon.id }],
    expand: ['discounts.source.coupon'],
  });
  expect(reduced.discounts).toMatchObject([{ object: 'discount', source: { coupon: { id: coupon.id } } }]);
  expect((await stripe.invoices.createPreview({ subscription: subscription.id })).amount_due).toBe(1350);
  expect((await stripe.subscriptions.update(subscription.id, { discounts: '' })).discounts).toEqual([]);
  expect((await stripe.invoices.createPreview({ subscription: subscription.id })).amount_due).toBe(1500);
});

it('a trial that is ended early is charged at once, and one that is given moves the next payment', async () => {
  const { subscription } = await givenSubscriber(stripe, basic, { subscription_data: { trial_period_days: 14 } });
  const active = await stripe.subscriptions.update(subscription.id, { trial_end: 'now', expand: ['latest_invoice'] });
  expect(active.status).toBe('active');
  expect(active.latest_invoice).toMatchObject({ status: 'paid', amount_paid: 1500 });
  expect(periodOf(active).start).toBe(active.billing_cycle_anchor);

  const until = periodOf(active).start + 45 * daySeconds;
  const again = await stripe.subscriptions.update(subscription.id, { trial_end: until, proration_behavior: 'none' });
  expect(again).toMatchObject({ status: 'trialing', trial_end: until, billing_cycle_anchor: until });
  expect(periodOf(again).end).toBe(until);
});

it('a subscription can be told to end with its period, and kept after all', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const { end } = periodOf(subscription);
  const ending = await stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
    cancellation_details: { feedback: 'unused' },
  });
  expect(ending).toMatchObject({
    status: 'active',
    cancel_at: end,
    cancel_at_period_end: true,
    cancellation_details: { feedback: 'unused', reason: 'cancellation_requested' },
  });
  expect(ending.canceled_at).toBeGreaterThanOrEqual(ending.created);
  const kept = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
  expect(kept).toMatchObject({ cancel_at: null, cancel_at_period_end: false, canceled_at: null });

  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  await advanceTo(given, end + 60);
  const over = await stripe.subscriptions.retrieve(subscription.id);
  expect(over).toMatchObject({ status: 'canceled', latest_invoice: subscription.latest_invoice });
  expect(over.ended_at).toBeGreaterThanOrEqual(end);
  expect((await eventsAbout(stripe, subscription.id)).at(-1)).toBe('customer.subscription.deleted');
});

it('a subscription that is cancelled at once ends at once, what is left of it as credit when asked for', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const ended = await stripe.subscriptions.cancel(subscription.id, { invoice_now: true, prorate: true });
  expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'cancellation_requested' } });
  expect(ended.ended_at).toBe(ended.canceled_at);
  const customer = (await stripe.customers.retrieve(String(subscription.customer))) as Stripe.Customer;
  expect(customer.balance).toBeLessThan(-1490);
  await expect(stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({ code: 'resource_missing' });
  await expect(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).rejects.toMatchObject({
    code: 'invalid_canceled_subscription_fields',
  });
  const listed = await stripe.subscriptions.list({ customer: customer.id });
  expect(listed.data).toEqual([]);
  expect((await stripe.subscriptions.list({ customer: customer.id, status: 'ended' })).data).toHaveLength(1);
});

it('a paused subscription has no periods until it is resumed, which begins another one', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const paused = await stripe.subscriptions.pause(subscription.id, {
    bill_for: { unused_time_from: { type: 'none' } },
  });
  expect(paused).toMatchObject({
    status: 'paused',
    status_details: { paused: { subscription: { type: 'pause_requested' } } },
  });
  expect(await eventsAbout(stripe, subscription.id)).toContain('customer.subscription.paused');
  await advance(given, 90 * daySeconds);
  expect((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice).toBe(subscription.latest_invoice);
  const resumed = await stripe.subscriptions.resume(subscription.id, { expand: ['latest_invoice'] });
  expect(resumed).toMatchObject({ status: 'active', latest_invoice: { amount_paid: 1500, status: 'paid' } });
  expect(periodOf(resumed).start).toBeGreaterThanOrEqual(subscription.created + 90 * daySeconds);
  expect(await eventsAbout(stripe, subscription.id)).toContain('customer.subscription.resumed');
});

it('refuses what no subscription can be changed to', async () => {
  const { subscription } = await givenSubscriber(stripe, basic);
  const once = await stripe.prices.create({ currency: 'usd', unit_amount: 100, product_data: { name: 'Once' } });
  await expect(change(subscription, once)).rejects.toThrow('type=recurring');
  const euros = await givenPlan(stripe, 'Euros', 1500, { currency: 'eur' });
  await expect(change(subscription, euros)).rejects.toThrow("doesn't match the expected currency");
  await expect(change(subscription, pro, { proration_date: 1 })).rejects.toMatchObject({ param: 'proration_date' });
  await expect(stripe.subscriptions.resume(subscription.id)).rejects.toThrow('not paused');
});
