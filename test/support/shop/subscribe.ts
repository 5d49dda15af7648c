import { eventually } from '../eventually.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';
import { aCheckout, balanceOf, CARDS, orderReaches, payAt } from './shop.js';
import { stripeOf } from './stripe-side.js';

export async function subscriptionOf(scrip: TestScrip, accountId: string) {
  return (await scrip.call('GET', `/v1/accounts/${accountId}/subscription`)).body;
}

/** A subscription that was bought on the payment page, with its first credits. */
export async function subscribed(
  scrip: TestScrip,
  accountId: string,
  plan = 'basic-monthly',
  cardNumber = CARDS.succeeds,
  orderStatus = 'fulfilled',
) {
  const { orderId, url } = await aCheckout(scrip, accountId, plan);
  const answer = await payAt(url, cardNumber);
  if (answer.status !== 303) throw new Error(`not subscribed: ${answer.status} ${await answer.text()}`);
  const order = await orderReaches(scrip, orderId, orderStatus);
  const subscription = await eventually(
    () => subscriptionOf(scrip, accountId),
    ({ status }) => status === 'active' || status === 'trialing',
  );
  return { order, subscription };
}

/** Asks for a change of the account's subscription: `change`, `change/preview`, `cancel`, `resume`. */
export async function askSubscription(
  scrip: TestScrip,
  accountId: string,
  verb: string,
  body: object = {},
  idempotencyKey?: string,
): Promise<HttpAnswer> {
  return scrip.call('POST', `/v1/accounts/${accountId}/subscription/${verb}`, body, { idempotencyKey });
}

export async function featureOf(scrip: TestScrip, accountId: string, feature: string) {
  return (await scrip.call('GET', `/v1/accounts/${accountId}/entitlements/${feature}`)).body;
}

/** Gives the account's customer another card, as the portal does. Returns the card's id. */
export async function payWith(scrip: TestScrip, accountId: string, card: string): Promise<string> {
  const stripe = stripeOf(scrip);
  const { id } = await subscriptionOf(scrip, accountId);
  const { customer } = await stripe.subscriptions.retrieve(id);
  const method = await stripe.paymentMethods.attach(card, { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: method.id });
  return method.id;
}

/** The types of what was recorded for whoever tells an account's people, but for its credits, oldest first. */
export async function eventsOf(scrip: TestScrip, accountId: string): Promise<string[]> {
  const rows = await scrip.sql<{ type: string }>(
    `select type from domain_events
     where account_id = $1 and type !~ '^(grant|spend|hold|balance)[.]'
     order by ordinal`,
    [accountId],
  );
  return rows.map(({ type }) => type);
}

/** The account's orders, newest first. */
export async function ordersOf(scrip: TestScrip, accountId: string) {
  return (await scrip.call('GET', `/v1/orders?accountId=${accountId}&limit=100`)).body.data;
}

/** What a subscription of the account's was charged for last, as the page of its invoice. */
export async function openInvoiceOf(scrip: TestScrip, accountId: string): Promise<string> {
  const { id } = await subscriptionOf(scrip, accountId);
  const { data } = await stripeOf(scrip).invoices.list({ subscription: id, status: 'open' });
  return String(data[0]?.hosted_invoice_url);
}

/** What an account has, in a form that is easily compared. */
export async function standingOf(scrip: TestScrip, accountId: string) {
  const { plan, status, accessState } = await subscriptionOf(scrip, accountId);
  return { plan, status, accessState, balance: await balanceOf(scrip, accountId) };
}

/** Moves the time on, of service and sandbox, and does all that falls due. */
export async function advance(scrip: TestScrip, { days = 0, hours = 0, seconds = 0 }): Promise<Date> {
  const span = days * 86_400 + hours * 3_600 + seconds;
  const answer = await scrip.call('POST', '/v1/test-clock/advance', { seconds: span });
  if (answer.status !== 200) throw new Error(`the clock stands still: ${JSON.stringify(answer.body)}`);
  return new Date(answer.body.now);
}

/** Moves the time to an instant, and a bit beyond it: renewals are paid an hour after the period has ended. */
export async function advanceTo(scrip: TestScrip, instant: string, { hours = 0 } = {}): Promise<Date> {
  const seconds = Math.ceil((Date.parse(instant) - scrip.clock.now().getTime()) / 1000);
  return advance(scrip, { hours, seconds: Math.max(0, seconds) });
}
