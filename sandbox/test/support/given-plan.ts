import type Stripe from 'stripe';
import { cards, type GivenSandbox, givenSession, pay } from './given.js';

export const daySeconds = 24 * 60 * 60;
/** How long the invoice of a renewal stays a draft. */
export const draftSeconds = 60 * 60;

/** A price that recurs, of a product of its own. */
export function givenPlan(
  stripe: Stripe,
  name: string,
  unitAmount: number,
  params: Partial<Stripe.PriceCreateParams> = {},
): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: 'usd',
    unit_amount: unitAmount,
    recurring: { interval: 'month' },
    product_data: { name },
    ...params,
  });
}

export interface Subscribed {
  session: Stripe.Checkout.Session;
  subscription: Stripe.Subscription;
  invoice: Stripe.Invoice;
}

/** A subscription that was bought on the payment page. */
export async function givenSubscriber(
  stripe: Stripe,
  price: Stripe.Price,
  { cardNumber = cards.good, ...params }: Stripe.Checkout.SessionCreateParams & { cardNumber?: string } = {},
): Promise<Subscribed> {
  const session = await givenSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: price.id, quantity: 1 }],
    ...params,
  });
  const answer = await pay(session, { cardNumber });
  if (answer.status !== 303) throw new Error(`not subscribed: ${answer.status}`);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  return {
    session: paid,
    subscription: await stripe.subscriptions.retrieve(String(paid.subscription)),
    invoice: await stripe.invoices.retrieve(String(paid.invoice), { expand: ['payments'] }),
  };
}

/** Moves the sandbox's clock on, and works off what falls due meanwhile. */
export async function advance({ control }: GivenSandbox, seconds: number): Promise<void> {
  const answer = await control('/_sandbox/clock', { advanceSeconds: seconds });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

/** Moves the clock to a time of its own. */
export async function advanceTo(given: GivenSandbox, seconds: number): Promise<void> {
  const { now } = (await (await fetch(`${given.sandbox.url}/_sandbox/clock`)).json()) as { now: string };
  await advance(given, Math.max(0, Math.ceil(seconds - Date.parse(now) / 1000)));
}

/** The types of the events of the last thirty days about one object, oldest first. */
export async function eventsAbout(stripe: Stripe, id: string): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
  return events
    .filter((event) => (event.data.object as { id?: string }).id === id)
    .map((event) => event.type)
    .reverse();
}

export const periodOf = ({ items }: Stripe.Subscription): { start: number; end: number } => ({
  start: items.data[0]?.current_period_start ?? 0,
  end: items.data[0]?.current_period_end ?? 0,
});

/** The item of a subscription that has one. */
export const itemOf = ({ items }: Stripe.Subscription): string => String(items.data[0]?.id);

/** Where in its period something happens, so that its share is a round one. */
export function halfWay(subscription: Stripe.Subscription): number {
  const { start, end } = periodOf(subscription);
  return (start + end) / 2;
}

/** The lines of an invoice, as its reader sees them. */
export const amounts = (invoice: Stripe.Invoice) =>
  invoice.lines.data.map(({ amount, description }) => ({ amount, description }));

/** Which of its lines are prorations. */
export const prorations = (invoice: Stripe.Invoice): boolean[] =>
  invoice.lines.data.map((line) => line.parent?.subscription_item_details?.proration ?? false);
