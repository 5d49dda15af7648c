import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

export const CARDS = { succeeds: '4242424242424242', noFunds: '4000000000009995' };

/** An account of this name, or of a new one. */
export async function anAccount(scrip: TestScrip, id: string = `acct-${randomUUID()}`): Promise<string> {
  const answer = await scrip.call('PUT', `/v1/accounts/${id}`, {});
  if (answer.status >= 300) throw new Error(`no account: ${JSON.stringify(answer.body)}`);
  return id;
}

export async function aCheckout(scrip: TestScrip, accountId: string, product = 'basic') {
  const answer = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product });
  if (answer.status !== 201) throw new Error(`no checkout: ${JSON.stringify(answer.body)}`);
  return answer.body as { orderId: string; checkoutSessionId: string; url: string; expiresAt: string };
}

/** What a person does on the payment page: the form, sent to the page's own address. */
export async function payAt(url: string, cardNumber = CARDS.succeeds): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ cardNumber, expiry: '12/34', cvc: '123', email: 'ada@example.com' }),
  });
}

export async function orderOf(scrip: TestScrip, orderId: string) {
  return (await scrip.call('GET', `/v1/orders/${orderId}`)).body;
}

/** Waits for the order to reach a status; the webhook is handled in the background. */
/** The page of ours to which who pays for an order comes back, or who does not. */
export async function returnPageOf(
  scrip: TestScrip,
  orderId: string,
  page: 'success' | 'cancelled' = 'success',
): Promise<Response> {
  const rows = await scrip.sql<{ success_url: string; cancel_url: string }>(
    'select success_url, cancel_url from orders where id = $1',
    [orderId],
  );
  const addresses = rows.flatMap((row) => [row.success_url, row.cancel_url]).map((address) => new URL(address));
  const own = addresses.find(({ pathname }) => pathname.startsWith('/checkout/'));
  if (own === undefined) throw new Error(`order ${orderId} has no return page of ours`);
  return fetch(`${scrip.url}/checkout/${page}${own.search}`);
}

export async function orderReaches(scrip: TestScrip, orderId: string, status: string) {
  return eventually(
    () => orderOf(scrip, orderId),
    (order) => order.status === status,
  );
}

/** Credits given by call, for stories that are not about buying. */
export async function givenCredits(
  scrip: TestScrip,
  accountId: string,
  amount: number,
  more: Record<string, unknown> = {},
): Promise<string> {
  const body = { amount, category: 'promotional', reason: 'a story', ...more };
  const answer = await scrip.call('POST', `/v1/accounts/${accountId}/grants`, body, { idempotencyKey: randomUUID() });
  if (answer.status !== 201) throw new Error(`no grant: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

/** A pack bought and credited. */
export async function boughtPack(scrip: TestScrip, accountId: string, product = 'basic') {
  const checkout = await aCheckout(scrip, accountId, product);
  await payAt(checkout.url);
  return orderReaches(scrip, checkout.orderId, 'fulfilled');
}

export async function spendOf(
  scrip: TestScrip,
  accountId: string,
  amount: number,
  idempotencyKey: string = randomUUID(),
): Promise<HttpAnswer> {
  return scrip.call('POST', '/v1/spends', { accountId, amount }, { idempotencyKey });
}

export async function refundOf(
  scrip: TestScrip,
  body: Record<string, unknown>,
  idempotencyKey: string = randomUUID(),
): Promise<HttpAnswer> {
  return scrip.call('POST', '/v1/refunds', body, { idempotencyKey });
}

export async function balanceOf(scrip: TestScrip, accountId: string): Promise<number> {
  return (await scrip.call('GET', `/v1/accounts/${accountId}/balance`)).body.balance;
}

/** Kinds and amounts of an account's entries, oldest first: `['grant +12', 'spend -5']`. */
export async function entriesOf(scrip: TestScrip, accountId: string): Promise<string[]> {
  const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/entries?limit=100`);
  return body.data
    .toReversed()
    .map(({ kind, amount }: { kind: string; amount: number }) => `${kind} ${amount > 0 ? '+' : ''}${amount}`);
}
