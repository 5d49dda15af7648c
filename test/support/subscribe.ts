import { eventually } from './eventually.js';
import type { HttpAnswer, TestScrip } from './scrip.js';
import { aCheckout, balanceOf, CARDS, orderReaches, payAt } from './shop.js';

export async function subscriptionOf(scrip: TestScrip, accountId: string) {
  return (await scrip.call('GET', `/v1/accounts/${accountId}/subscription`)).body;
}

/** A subscription that was bought on the payment page, with its first credits. */
export async function subscribed(
  scrip: TestScrip,
  accountId: string,
  plan = 'basic-monthly',
  cardNumber = CARDS.succeeds,
) {
  const { orderId, url } = await aCheckout(scrip, accountId, plan);
  const answer = await payAt(url, cardNumber);
  if (answer.status !== 303) throw new Error(`not subscribed: ${answer.status} ${await answer.text()}`);
  const order = await orderReaches(scrip, orderId, 'fulfilled');
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

/** What an account has, in a form that is easily compared. */
export async function standingOf(scrip: TestScrip, accountId: string) {
  const { plan, status, accessState } = await subscriptionOf(scrip, accountId);
  return { plan, status, accessState, balance: await balanceOf(scrip, accountId) };
}
