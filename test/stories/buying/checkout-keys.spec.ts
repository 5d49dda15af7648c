import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, orderOf, orderReaches, payAt } from '../../support/shop/shop.js';
import { fault, stripeOf } from '../../support/shop/stripe-side.js';

const SESSIONS = '/v1/checkout/sessions';
/** The SDK itself asks three times. */
const WHOLE_CALL = 3;

const scrip = useScrip();
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

function ask(accountId: string, idempotencyKey: string | undefined, body: object = {}) {
  return scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic', ...body }, { idempotencyKey });
}

async function ordersOf(accountId: string) {
  return (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data;
}

async function sessionsOf(accountId: string): Promise<number> {
  const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
  const { data } = await stripeOf(scrip).checkout.sessions.list({ customer: account?.stripe_customer_id, limit: 100 });
  return data.length;
}

describe('the idempotency key of a checkout', () => {
  it('answers the same order and page again', async () => {
    const accountId = await anAccount(scrip);
    const first = await ask(accountId, 'one');
    const second = await ask(accountId, 'one');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    await payAt(first.body.url);
    await orderReaches(scrip, first.body.orderId, 'fulfilled');
    expect((await ask(accountId, 'one')).body).toEqual(first.body);
    expect(await ordersOf(accountId)).toHaveLength(1);
  });

  it('belongs to one request of one account', async () => {
    const [ada, bob] = [await anAccount(scrip), await anAccount(scrip)];
    const first = await ask(ada, 'shared');
    expect((await ask(ada, 'shared', { product: 'pro' })).body).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
    const other = await ask(bob, 'shared');
    expect(other.status).toBe(201);
    expect(other.body.orderId).not.toBe(first.body.orderId);
  });

  it('makes every request without one an order of its own', async () => {
    const accountId = await anAccount(scrip);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(accountId, undefined)));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(5);
  });

  it('makes one order and one page when it comes twenty times at once', async () => {
    const accountId = await anAccount(scrip);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(accountId, 'at-once')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await ordersOf(accountId)).toHaveLength(1);
    expect(await sessionsOf(accountId)).toBe(1);
  });

  it('is free again after a refusal', async () => {
    const accountId = await anAccount(scrip);
    expect((await ask(accountId, 'refused', { product: 'no-such-pack' })).status).toBe(404);
    expect((await ask(accountId, 'refused')).status).toBe(201);
  });
});

describe('a checkout while Stripe fails', () => {
  it.each([
    ['fails', { status: 500 }, WHOLE_CALL],
    ['asks for patience', { status: 429 }, 1],
    ['is busy with the same object', { status: 409 }, WHOLE_CALL],
    ['does it and hangs up', { cutAfterEffect: true }, WHOLE_CALL],
  ])('is continued by the same key when Stripe %s', async (_how, effect, times) => {
    const accountId = await anAccount(scrip);
    await ask(accountId, undefined);
    const key = randomUUID();
    await fault(scrip, { method: 'POST', path: SESSIONS, times, ...effect });
    const first = await ask(accountId, key);
    expect(first.body).toMatchObject({ status: 503, type: '/problems/stripe-unavailable' });
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    const orders = await ordersOf(accountId);
    expect(orders).toHaveLength(2);

    const second = await ask(accountId, key);
    expect(second.status).toBe(201);
    expect(second.body.orderId).toBe(orders[0].id);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(await sessionsOf(accountId)).toBe(2);
    await payAt(second.body.url);
    await orderReaches(scrip, second.body.orderId, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('notices nothing of one failure: the SDK asks again', async () => {
    const accountId = await anAccount(scrip);
    for (const effect of [{ status: 500 }, { cutAfterEffect: true }]) {
      await fault(scrip, { method: 'POST', path: SESSIONS, times: 1, ...effect });
      expect((await ask(accountId, undefined)).status).toBe(201);
    }
    expect(await sessionsOf(accountId)).toBe(2);
  });

  it('survives failures of every call on the way', async () => {
    const accountId = await anAccount(scrip);
    const product = { kind: 'pack', name: 'New', credits: 3, prices: [{ currency: 'usd', amountMinor: 300 }] };
    await scrip.call('PUT', '/v1/products/brand-new', product);
    for (const [method, path] of [
      ['POST', '/v1/customers'],
      ['GET', '/v1/prices'],
      ['GET', '/v1/products/scrip_brand-new'],
      ['POST', '/v1/products'],
      ['POST', '/v1/prices'],
      ['POST', SESSIONS],
    ] as const) {
      await fault(scrip, { method, path, times: 1, status: 429 });
      expect((await ask(accountId, 'way', { product: 'brand-new' })).status).toBe(503);
    }
    const answer = await ask(accountId, 'way', { product: 'brand-new' });
    expect(answer.status).toBe(201);
    expect(await ordersOf(accountId)).toHaveLength(1);
    const prices = await stripeOf(scrip).prices.list({ product: 'scrip_brand-new' });
    expect(prices.data).toMatchObject([{ unit_amount: 300, currency: 'usd', lookup_key: 'scrip:brand-new:usd:300' }]);
  });

  it('frees the key for another request, too', async () => {
    const accountId = await anAccount(scrip);
    await fault(scrip, { method: 'POST', path: SESSIONS, times: 1, status: 429 });
    expect((await ask(accountId, 'other')).status).toBe(503);
    const other = await ask(accountId, 'other', { product: 'pro' });
    expect(other.status).toBe(201);
    expect(await orderOf(scrip, other.body.orderId)).toMatchObject({ product: 'pro', status: 'pending' });
  });

  it('ends with a problem when Stripe refuses, and keeps no key', async () => {
    const accountId = await anAccount(scrip);
    await fault(scrip, { method: 'POST', path: SESSIONS, times: 1, status: 400 });
    const refused = await ask(accountId, 'bad');
    expect(refused.body).toMatchObject({
      status: 409,
      type: '/problems/stripe-refused',
      stripeCode: 'invalid_request_error',
    });
    await fault(scrip, { method: 'POST', path: SESSIONS, times: 1, status: 401 });
    expect((await ask(accountId, 'bad')).body).toMatchObject({ status: 502, type: '/problems/stripe-refused' });
    const answer = await ask(accountId, 'bad');
    expect(answer.status).toBe(201);
    const statuses = (await ordersOf(accountId)).map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['pending', 'canceled', 'canceled']);
  });
});
