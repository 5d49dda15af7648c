import type Stripe from 'stripe';
import { useSandbox } from '../support/given.js';
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

/** Gives a subscription a card that can be saved and not charged. */
async function breakCard({ id, customer }: Stripe.Subscription): Promise<void> {
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: bad.id });
}

async function mend({ id, customer }: Stripe.Subscription): Promise<string> {
  const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: good.id });
  return good.id;
}

describe('a renewal that cannot be paid', () => {
  async function givenFailing(): Promise<Stripe.Subscription> {
    const { subscription } = await givenSubscriber(stripe, basic);
    await breakCard(subscription);
    await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
    return subscription;
  }

  it('leaves the subscription past due and is tried again after one, three and five days', async () => {
    const { id } = await givenFailing();
    const attempts: unknown[] = [];
    for (const days of [0, 1, 2]) {
      await advance(given, days * daySeconds);
      const { subscription, invoice } = await now(id);
      const { attempt_count, status, next_payment_attempt } = invoice;
      attempts.push({ attempt_count, status, subscription: subscription.status, tries: next_payment_attempt !== null });
    }
    expect(attempts).toEqual(
      [1, 2, 3].map((attempt_count) => ({ attempt_count, status: 'open', subscription: 'past_due', tries: true })),
    );
    const { invoice } = await now(id);
    const types = await eventsAbout(stripe, invoice.id);
    expect(types.filter((type) => type === 'invoice.payment_failed')).toHaveLength(3);
    const intentId = String(invoice.payments?.data[0]?.payment.payment_intent);
    expect((await stripe.charges.list({ payment_intent: intentId })).data).toHaveLength(3);
  });

  it.each([
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
  ] as const)('when the retries are over can %s, so that it is %s', async (afterRetries, status) => {
    await given.control('/_sandbox/billing', { afterRetries });
    const { id } = await givenFailing();
    await advance(given, 6 * daySeconds);
    const { subscription, invoice } = await now(id);
    expect(subscription.status).toBe(status);
    expect(invoice).toMatchObject({ attempt_count: 4, next_payment_attempt: null, status: 'open' });
    if (status === 'canceled') expect(subscription.cancellation_details?.reason).toBe('payment_failed');
  });

  it('follows the schedule that was set up', async () => {
    expect((await given.control('/_sandbox/billing', { retryDays: [2], afterRetries: 'unpaid' })).body).toMatchObject({
      retryDays: [2],
    });
    const { id } = await givenFailing();
    await advance(given, daySeconds);
    expect((await now(id)).invoice.attempt_count).toBe(1);
    await advance(given, daySeconds);
    expect((await now(id)).subscription.status).toBe('unpaid');
    expect((await given.control('/_sandbox/billing', { afterRetries: 'forgive' })).status).toBe(400);
  });

  it('is paid by the next retry once there is another card', async () => {
    const failing = await givenFailing();
    await mend(failing);
    await advance(given, daySeconds);
    const { subscription, invoice } = await now(failing.id);
    expect(invoice).toMatchObject({ status: 'paid', attempt_count: 2, amount_paid: 1500 });
    expect(subscription.status).toBe('active');
  });

  it('can be paid by hand, once, which also brings an unpaid subscription back', async () => {
    await given.control('/_sandbox/billing', { afterRetries: 'unpaid' });
    const failing = await givenFailing();
    await advance(given, 40 * daySeconds);
    const unpaid = await now(failing.id);
    expect(unpaid.subscription.status).toBe('unpaid');
    // Nobody is asked for the invoices of later periods until somebody pays.
    expect(unpaid.invoice).toMatchObject({ status: 'draft', auto_advance: false });
    await expect(stripe.invoices.pay(unpaid.invoice.id)).rejects.toMatchObject({ code: 'card_declined' });
    const card = await mend(failing);
    expect((await stripe.invoices.pay(unpaid.invoice.id, { payment_method: card })).status).toBe('paid');
    expect((await now(failing.id)).subscription.status).toBe('active');
    await expect(stripe.invoices.pay(unpaid.invoice.id)).rejects.toMatchObject({ code: 'invoice_already_paid' });
  });

  it('is not tried again after it was voided or given up', async () => {
    const failing = await givenFailing();
    const { invoice } = await now(failing.id);
    expect((await stripe.invoices.markUncollectible(invoice.id)).status).toBe('uncollectible');
    expect((await stripe.invoices.voidInvoice(invoice.id)).status).toBe('void');
    const intentId = String(invoice.payments?.data[0]?.payment.payment_intent);
    expect((await stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
    await advance(given, 3 * daySeconds);
    expect((await stripe.invoices.retrieve(invoice.id)).attempt_count).toBe(1);
    expect(await eventsAbout(stripe, invoice.id)).toEqual(
      expect.arrayContaining(['invoice.marked_uncollectible', 'invoice.voided']),
    );
  });

  it('because of 3-D Secure asks for its customer, and is paid when they confirm', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    const asks = await stripe.paymentMethods.attach('pm_card_authenticationRequired', {
      customer: String(subscription.customer),
    });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: asks.id });
    await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);
    const waiting = await now(subscription.id);
    expect(waiting.subscription.status).toBe('past_due');
    const types = await eventsAbout(stripe, waiting.invoice.id);
    expect(types).toEqual(expect.arrayContaining(['invoice.payment_action_required', 'invoice.payment_failed']));
    const intentId = String(waiting.invoice.payments?.data[0]?.payment.payment_intent);
    const { next_action, status } = await stripe.paymentIntents.retrieve(intentId);
    expect(status).toBe('requires_action');
    await fetch(String(next_action?.redirect_to_url?.url), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    });
    expect(await now(subscription.id)).toMatchObject({
      subscription: { status: 'active' },
      invoice: { status: 'paid' },
    });
  });
});
