import type Stripe from 'stripe';
import type { TestScrip } from '../service/scrip.js';
import { stripeOf } from './stripe-side.js';
import { subscriptionOf } from './subscribe.js';

/** A price that exists at Stripe alone: of a product of ours, or without one of a product of somebody else's. */
export async function aPriceAtStripe(
  scrip: TestScrip,
  { plan, ...price }: { plan?: string; unit_amount: number } & Pick<Stripe.PriceCreateParams, 'recurring'>,
): Promise<string> {
  const stripe = stripeOf(scrip);
  const product = plan === undefined ? (await stripe.products.create({ name: 'Not of ours' })).id : `scrip_${plan}`;
  return (await stripe.prices.create({ currency: 'usd', product, ...price })).id;
}

/** The price that the catalogue has made for a plan. The portal makes them for all plans. */
export async function priceOf(scrip: TestScrip, accountId: string, plan: string): Promise<string> {
  await scrip.call('POST', '/v1/portal-sessions', { accountId });
  const { body: product } = await scrip.call('GET', `/v1/products/${plan}`);
  const { data } = await stripeOf(scrip).prices.list({ product: `scrip_${plan}`, active: true });
  const price = data.find(
    ({ recurring, unit_amount }) =>
      recurring?.interval === product.interval && unit_amount === product.prices[0].amountMinor,
  );
  if (price === undefined) throw new Error(`no price of ${plan}`);
  return price.id;
}

/** Ends all subscriptions that go on, so that time can go on without their renewals. */
export async function endAll(scrip: TestScrip): Promise<void> {
  const going = await scrip.sql<{ id: string }>(
    `select stripe_subscription_id as id from subscriptions where status not in ('canceled', 'incomplete_expired')`,
  );
  for (const { id } of going) await stripeOf(scrip).subscriptions.cancel(id);
}

/** Changes the account's subscription as somebody does in the dashboard; answers it as it is at Stripe then. */
export async function changedAtStripe(
  scrip: TestScrip,
  accountId: string,
  params: (item: Stripe.SubscriptionItem) => Stripe.SubscriptionUpdateParams | Promise<Stripe.SubscriptionUpdateParams>,
): Promise<Stripe.Subscription> {
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  const [item] = (await stripe.subscriptions.retrieve(id)).items.data;
  if (item === undefined) throw new Error(`subscription ${id} has no item`);
  return stripe.subscriptions.update(id, await params(item));
}
