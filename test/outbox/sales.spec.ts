import { randomUUID } from 'node:crypto';
import { boundedData } from '../../src/outbox/bounded-data.js';
import { useScrip } from '../support/service/scrip.js';
import { closeDispute, disputePayment, everythingIsHeard } from '../support/shop/bank.js';
import { askFeed, type FeedEvent, readFeed, toldOf } from '../support/shop/feed.js';
import { fillIn, formOf, OTHER_CARDS } from '../support/shop/pay-page.js';
import { paidUnheard, reconciled } from '../support/shop/reconcile.js';
import {
  aCheckout,
  anAccount,
  boughtPack,
  orderOf,
  orderReaches,
  payAt,
  refundOf,
  spendOf,
} from '../support/shop/shop.js';
import { fault, stripeOf, webhooks } from '../support/shop/stripe-side.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0' });

const typesOf = (events: readonly FeedEvent[]) => events.map(({ type }) => type);

/** All that is told of what was sold: what becomes of its credits is told besides. */
const OF_SALES = 'checkout.*,order.*,booking.*,portal.*,refund.*,dispute.*,entitlement.*,payment.*';

/** What the feed tells of an account once it has told these, in this order, and nothing else. */
async function told(accountId: string, types: readonly string[], only = OF_SALES): Promise<FeedEvent[]> {
  await everythingIsHeard(scrip);
  const events = await toldOf(scrip, accountId, types.length, only);
  expect(typesOf(events)).toEqual(types);
  return events;
}

it('a purchase is told as the API shows the order', async () => {
  const accountId = await anAccount(scrip);
  const { orderId, url } = await aCheckout(scrip, accountId);
  const pending = await orderOf(scrip, orderId);
  await payAt(url);
  const fulfilled = await orderReaches(scrip, orderId, 'fulfilled');
  const [started, paid] = await told(accountId, ['checkout.started', 'order.fulfilled'], 'checkout.*,order.*');
  expect(started).toMatchObject({ accountId, data: pending });
  expect(paid).toMatchObject({ accountId, data: fulfilled });
  expect(JSON.stringify([started, paid])).not.toContain(new URL(url).pathname);
});

it('a page that is given up is told', async () => {
  const accountId = await anAccount(scrip);
  const { orderId, checkoutSessionId } = await aCheckout(scrip, accountId);
  await stripeOf(scrip).checkout.sessions.expire(checkoutSessionId);
  await orderReaches(scrip, orderId, 'expired');
  const [, expired] = await told(accountId, ['checkout.started', 'order.expired']);
  expect(expired?.data).toEqual(await orderOf(scrip, orderId));
});

it('a form that is declined twice is told twice, and then paid', async () => {
  const accountId = await anAccount(scrip);
  const { body } = await scrip.call('POST', '/v1/payment-intents', { accountId, product: 'basic' });
  const form = formOf(scrip, body.clientSecret);
  for (const cardNumber of [OTHER_CARDS.declined, OTHER_CARDS.challenged, OTHER_CARDS.declined]) {
    await fillIn(form, { cardNumber });
    await orderReaches(scrip, body.orderId, cardNumber === OTHER_CARDS.challenged ? 'pending' : 'failed');
  }
  await fillIn(form);
  await orderReaches(scrip, body.orderId, 'fulfilled');
  const types = ['checkout.started', 'order.failed', 'order.failed', 'order.fulfilled'];
  const [started] = await told(accountId, types, 'checkout.*,order.*');
  expect(JSON.stringify(started)).not.toContain(body.clientSecret);
});

it('a booking tells what it opens, and when its money is back what it closes', async () => {
  const prices = [{ currency: 'usd', amountMinor: 900 }];
  const room = { kind: 'feature', name: 'Room', fulfilment: 'booking', onPartialRefund: 'close', prices };
  await scrip.call('PUT', '/v1/products/room', room);
  const accountId = await anAccount(scrip);
  const order = await boughtPack(scrip, accountId, 'room');
  await refundOf(scrip, { orderId: order.id });
  const only = 'entitlement.*,booking.*,order.*';
  const types = ['entitlement.opened', 'order.fulfilled', 'entitlement.closed', 'booking.to_release'];
  const [opened, , closed] = await told(accountId, types, only);
  const source = { type: 'order', id: order.id };
  expect(opened?.data).toEqual({ feature: 'room', active: true, expiresAt: null, source });
  expect(closed?.data).toEqual({ feature: 'room', active: false, expiresAt: expect.any(String), source });
});

describe('a refund', () => {
  it('is told as it was asked for, and as it succeeds', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const { body } = await refundOf(scrip, { orderId: order.id, amountMinor: 300, reason: 'a gift' });
    const [created, succeeded] = await told(accountId, ['refund.created', 'refund.succeeded'], 'refund.*');
    expect(created?.data).toMatchObject({ id: body.id, amountMinor: 300, status: 'requested', reason: 'a gift' });
    expect(succeeded?.data).toEqual((await scrip.call('GET', `/v1/refunds/${body.id}`)).body);
  });

  it('that fails later, that Stripe refuses, and that was made at Stripe are told', async () => {
    const accountId = await anAccount(scrip);
    const { url, orderId } = await aCheckout(scrip, accountId);
    await payAt(url, '4000000000005126');
    await orderReaches(scrip, orderId, 'fulfilled');
    await refundOf(scrip, { orderId });
    await told(accountId, ['refund.created', 'refund.succeeded', 'refund.failed'], 'refund.*');

    const refused = await anAccount(scrip);
    const order = await boughtPack(scrip, refused);
    await fault(scrip, { method: 'POST', path: '/v1/refunds', times: 1, status: 400 });
    expect((await refundOf(scrip, { orderId: order.id }, randomUUID())).status).toBe(409);
    const [, failed] = await told(refused, ['refund.created', 'refund.failed'], 'refund.*');
    expect(failed?.data).toEqual((await scrip.call('GET', `/v1/refunds/${failed?.data.id}`)).body);

    const elsewhere = await anAccount(scrip);
    const { paymentIntentId } = await boughtPack(scrip, elsewhere);
    await stripeOf(scrip).refunds.create({ payment_intent: paymentIntentId });
    const [made] = await told(elsewhere, ['refund.created', 'refund.succeeded'], 'refund.*');
    expect(made?.data).toMatchObject({ actor: 'stripe', status: 'succeeded' });
  });

  it('that takes unused credits first is told once', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await spendOf(scrip, accountId, 5);
    await refundOf(scrip, { orderId: order.id, unusedOnly: true });
    await told(accountId, ['refund.created', 'refund.succeeded'], 'refund.*');
  });
});

it('a dispute is told as it opens, as it is answered, and as it ends', async () => {
  const accountId = await anAccount(scrip);
  const { paymentIntentId } = await boughtPack(scrip, accountId);
  const { id: stripeId } = await disputePayment(scrip, paymentIntentId);
  const [opened] = await told(accountId, ['dispute.opened'], 'dispute.*');
  const { id } = opened?.data ?? {};
  const { body: shown } = await scrip.call('GET', `/v1/disputes/${id}`);
  expect(opened?.data).toEqual({ ...shown, updatedAt: expect.any(String) });
  const evidence = { productDescription: 'Twelve credits' };
  await scrip.call('POST', `/v1/disputes/${id}/evidence`, evidence, { idempotencyKey: randomUUID() });
  const [, answered] = await told(accountId, ['dispute.opened', 'dispute.updated'], 'dispute.*');
  expect(answered?.data).toMatchObject({ id, status: 'under_review', evidenceSubmittedAt: expect.any(String) });
  await closeDispute(scrip, stripeId, 'won');
  const [, , closed] = await told(accountId, ['dispute.opened', 'dispute.updated', 'dispute.closed'], 'dispute.*');
  const { body: over } = await scrip.call('GET', `/v1/disputes/${id}`);
  expect(closed?.data).toEqual({ ...over, updatedAt: expect.any(String) });
});

it('a portal is told without its address', async () => {
  const accountId = await anAccount(scrip);
  const { body } = await scrip.call('POST', '/v1/portal-sessions', { accountId });
  const [opened] = await told(accountId, ['portal.opened']);
  expect(opened?.data).toEqual({ accountId });
  expect(body.url).toMatch(/^http/);
});

it('what a reconciliation finds is told as the run shows it', async () => {
  const accountId = await anAccount(scrip);
  await paidUnheard(scrip, accountId);
  const run = await reconciled(scrip);
  const [finding] = run.findings;
  const found = (await toldOf(scrip, accountId, 1, 'reconciliation.*')).map(({ data }) => data);
  expect(found).toEqual([{ reconciliationId: run.id, ...finding }]);
  await webhooks(scrip, 'deliver');
  await reconciled(scrip, { repair: true });
});

it('every event that was told stays below 20 kB and is as /openapi.json says', async () => {
  const all = await readFeed(scrip);
  for (const event of all) expect(JSON.stringify(event).length).toBeLessThan(20_000);
  const { body: document } = await scrip.call('GET', '/openapi.json');
  expect(Object.keys(document.webhooks)).toEqual(expect.arrayContaining([...new Set(typesOf(all))]));
  const { requestBody } = document.webhooks['order.fulfilled'].post;
  const { $ref } = requestBody.content['application/json'].schema;
  const schema = document.components.schemas[$ref.split('/').at(-1)];
  expect(schema.properties.type).toMatchObject({ const: 'order.fulfilled' });
  expect(schema.properties.data.$ref).toBe('#/components/schemas/Order');
  expect((await askFeed(scrip)).body.data[0].sequence).toBe(1);
});

describe('data that is too large', () => {
  const size = (data: object) => Buffer.byteLength(boundedData(data));

  it('is told without its lists and notes, the largest first, and with short texts', () => {
    const data = { id: 'ord_1', metadata: { note: 'x'.repeat(15_000) }, features: ['y'.repeat(2_000)] };
    expect(JSON.parse(boundedData(data))).toEqual({ ...data, metadata: {} });
    expect(JSON.parse(boundedData({ id: 'ord_1', reason: 'z'.repeat(20_000) }))).toEqual({
      id: 'ord_1',
      reason: 'z'.repeat(500),
    });
    expect(size({ many: Array.from({ length: 9_000 }, () => '€'), metadata: { a: '€'.repeat(9_000) } })).toBeLessThan(
      16_000,
    );
  });

  it('is told whole where it is small', () => {
    const data = { id: 'ord_1', metadata: { note: 'x' }, features: ['y'], none: null };
    expect(boundedData(data)).toBe(JSON.stringify(data));
  });
});
