import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, boughtPack, refundOf } from '../../support/shop/shop.js';
import { subscribed } from '../../support/shop/subscribe.js';

const scrip = useScrip();
/** What the lists are of: two accounts, a pack that was refunded in part, one that waits, and a subscription. */
const made: Record<string, string> = {};
let middle: string;

beforeAll(async () => {
  const [ada, bob] = [await anAccount(scrip, 'auth:ada'), await anAccount(scrip, 'bob')];
  await scrip.call('PUT', `/v1/accounts/${ada}`, { email: 'Ada@example.com' });
  const pack = await boughtPack(scrip, ada);
  const refund = await refundOf(scrip, { orderId: pack.id, amountMinor: 100 });
  middle = new Date(Date.parse(refund.body.createdAt) + 1).toISOString();
  const { order, subscription } = await subscribed(scrip, bob);
  const waiting = await aCheckout(scrip, bob, 'starter');
  Object.assign(made, {
    pack: pack.id,
    plan: order.id,
    waiting: waiting.orderId,
    refund: refund.body.id,
    subscription: subscription.id,
    payment: pack.paymentIntentId,
    page: waiting.checkoutSessionId,
    customer: (await scrip.sql("select stripe_customer_id from accounts where id = 'bob'"))[0]?.stripe_customer_id,
  });
});

/** The ids, or keys, on a page of a list, newest first. A name in braces stands for the id of what was made. */
async function listed(path: string): Promise<string[]> {
  const asked = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(name === 'middle' ? middle : (made[name] ?? '')),
  );
  const { status, body } = await scrip.call('GET', `/v1/${asked}`);
  if (status !== 200) throw new Error(`${asked}: ${JSON.stringify(body)}`);
  return body.data.map((item: { id?: string; key?: string }) => item.id ?? item.key);
}

it.each([
  ['accounts?email=ada@EXAMPLE.com', ['auth:ada']],
  ['accounts?email=nobody@example.com', []],
  ['accounts?stripeCustomerId={customer}', ['bob']],
  ['accounts?to={middle}', ['bob', 'auth:ada']],
  ['accounts?from={middle}', []],
  ['orders?accountId=bob', ['waiting', 'plan']],
  ['orders?accountId=bob&status=pending', ['waiting']],
  ['orders?status=partially_refunded', ['pack']],
  ['orders?kind=plan', ['plan']],
  ['orders?kind=pack', ['waiting', 'pack']],
  ['orders?paymentIntentId={payment}', ['pack']],
  ['orders?checkoutSessionId={page}', ['waiting']],
  ['orders?subscriptionId={subscription}', ['plan']],
  ['orders?invoiceId=in_none', []],
  ['orders?paymentLinkId=lnk_none', []],
  ['orders?to={middle}', ['pack']],
  ['orders?from={middle}&kind=pack', ['waiting']],
  ['refunds?accountId=auth:ada', ['refund']],
  ['refunds?accountId=bob', []],
  ['refunds?orderId={pack}&from={middle}', []],
  ['refunds?status=canceled', []],
  ['refunds?stripeRefundId=re_none', []],
  ['subscriptions', ['subscription']],
  ['subscriptions?accountId=bob&status=active', ['subscription']],
  ['subscriptions?status=canceled', []],
  ['subscriptions?stripeCustomerId={customer}', ['subscription']],
  ['subscriptions?to=2026-01-01T00:00:00-23:59', []],
  ['products?kind=feature', []],
  ['products?active=false', []],
  ['products?kind=plan&active=true', ['team-monthly', 'pro-monthly', 'basic-monthly']],
  ['disputes?stripeDisputeId=du_none&from={middle}', []],
])('lists %s', async (path, expected) => {
  expect(await listed(path)).toEqual(expected.map((name) => made[name] ?? name));
});

it('pages through what a filter names', async () => {
  const first = await scrip.call('GET', '/v1/orders?kind=pack&limit=1');
  const second = await scrip.call('GET', `/v1/orders?kind=pack&limit=1&cursor=${first.body.nextCursor}`);
  expect([first.body.data[0].id, second.body.data[0].id]).toEqual([made.waiting, made.pack]);
  expect(second.body.nextCursor).toBeNull();
});

it.each([
  ['accounts', 'e-mail=ada@example.com', '/e-mail'],
  ['accounts', 'email=', '/email'],
  ['orders', 'status=paid', '/status'],
  ['orders', 'kind=packs', '/kind'],
  ['orders', 'from=yesterday', '/from'],
  ['orders', 'accountId=a b', '/accountId'],
  ['refunds', 'statuses=failed', '/statuses'],
  ['subscriptions', 'state=granted', '/state'],
  ['subscriptions', 'status=active&status=canceled', '/status'],
  ['products', 'active=yes', '/active'],
  ['disputes', 'to=2026-13-01T00:00:00Z', '/to'],
])('refuses /v1/%s?%s and points at the filter', async (list, query, pointer) => {
  const { status, body } = await scrip.call('GET', `/v1/${list}?${query}`);
  expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([400, [pointer]]);
});
