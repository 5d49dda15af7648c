import type Stripe from 'stripe';
import { useSandbox } from '../support/given.js';
import { amounts, givenPlan, givenSubscriber, halfWay, itemOf, periodOf, prorations } from '../support/given-plan.js';

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

describe('a preview', () => {
  it('shows what a change would cost, to the cent, and changes nothing', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    const at = halfWay(subscription);
    const items = [{ id: itemOf(subscription), price: pro.id }];
    const details = { items, proration_behavior: 'always_invoice', proration_date: at } as const;
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: details,
    });
    expect(preview.id).toMatch(/^upcoming_in_/);
    expect(preview).toMatchObject({
      amount_due: 750,
      billing_reason: 'upcoming',
      status: 'draft',
      parent: { subscription_details: { subscription: subscription.id, subscription_proration_date: at } },
    });
    expect(prorations(preview)).toEqual([true, true]);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(subscription);
    await expect(stripe.invoices.retrieve(preview.id)).rejects.toMatchObject({ code: 'resource_missing' });

    const changed = await stripe.subscriptions.update(subscription.id, { ...details, expand: ['latest_invoice'] });
    const invoice = changed.latest_invoice as Stripe.Invoice;
    expect(invoice.amount_due).toBe(preview.amount_due);
    expect(amounts(invoice)).toEqual(amounts(preview));
  });

  it('shows the next renewal, with what waits for it and with what a change adds to it', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    const id = subscription.id;
    const next = await stripe.invoices.createPreview({ subscription: id });
    expect(next).toMatchObject({ amount_due: 1500, next_payment_attempt: periodOf(subscription).end });
    const at = halfWay(subscription);
    const items = [{ id: itemOf(subscription), price: pro.id }];
    const later = await stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { items, proration_date: at },
    });
    expect(amounts(later).map(({ amount }) => amount)).toEqual([-750, 1500, 3000]);
    const none = await stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { items, proration_behavior: 'none' },
    });
    expect(amounts(none).map(({ amount }) => amount)).toEqual([3000]);
    await change(subscription, pro, { proration_date: at });
    const waiting = await stripe.invoices.createPreview({ subscription: id });
    expect(amounts(waiting)).toEqual(amounts(later));
  });

  it('has nothing to show of what will end', async () => {
    const { subscription } = await givenSubscriber(stripe, basic);
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await expect(stripe.invoices.createPreview({ subscription: subscription.id })).rejects.toMatchObject({
      code: 'invoice_upcoming_none',
    });
  });
});
