import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
  refundOf,
  spendOf,
} from '../../support/shop/shop.js';
import { inboxIsDrained } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  await inboxIsDrained(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function boughtWith(accountId: string, cardNumber: string) {
  const checkout = await aCheckout(scrip, accountId);
  await payAt(checkout.url, cardNumber);
  return orderReaches(scrip, checkout.orderId, 'fulfilled');
}

describe('refunds', () => {
  it('gives all of it back at once, the money and the credits (eliza 10920)', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const answer = await refundOf(scrip, { orderId: order.id, reason: 'changed their mind' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^rfd_/),
      orderId: order.id,
      amountMinor: 1000,
      currency: 'usd',
      status: 'succeeded',
      policy: 'debt',
      reason: 'changed their mind',
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'refunded',
      refundedMinor: 1000,
      reversedCredits: 12,
    });
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
    const shown = await scrip.call('GET', `/v1/refunds/${answer.body.id}`);
    expect(shown.body).toMatchObject({
      actor: expect.stringMatching(/^key_/),
      stripeRefundId: expect.stringMatching(/^re_/),
    });
  });

  it('takes credits in proportion, whatever the parts', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId, 'starter');
    for (const [amountMinor, balance] of [
      [333, 2],
      [1, 2],
      [66, 1],
      [100, 0],
    ] as const) {
      expect((await refundOf(scrip, { orderId: order.id, amountMinor })).status).toBe(201);
      expect(await balanceOf(scrip, accountId)).toBe(balance);
    }
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'refunded',
      refundedMinor: 500,
      reversedCredits: 5,
    });
  });

  it('makes spent credits a debt by default', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await spendOf(scrip, accountId, 10);
    await refundOf(scrip, { orderId: order.id });
    expect(await balanceOf(scrip, accountId)).toBe(-10);
    expect((await spendOf(scrip, accountId, 1)).status).toBe(402);
    await boughtPack(scrip, accountId, 'pro');
    expect(await balanceOf(scrip, accountId)).toBe(20);
  });

  it('takes only what is there when asked to', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await spendOf(scrip, accountId, 10);
    const answer = await refundOf(scrip, { orderId: order.id, policy: 'remaining' });
    expect(answer.body).toMatchObject({ status: 'succeeded', policy: 'remaining' });
    expect(await balanceOf(scrip, accountId)).toBe(0);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      reversedCredits: 2,
      shortfallCredits: 10,
      status: 'refunded',
    });
    await inboxIsDrained(scrip);
    await boughtPack(scrip, accountId);
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('settles each part by its own policy', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await spendOf(scrip, accountId, 12);
    await refundOf(scrip, { orderId: order.id, amountMinor: 500, policy: 'remaining' });
    await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    expect(await balanceOf(scrip, accountId)).toBe(-6);
    expect(await orderOf(scrip, order.id)).toMatchObject({ reversedCredits: 6, shortfallCredits: 6 });
  });

  it('never gives back more than was paid', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const tooMuch = await refundOf(scrip, { orderId: order.id, amountMinor: 1001 });
    expect(tooMuch.body).toMatchObject({
      status: 409,
      type: '/problems/refund-exceeds-payment',
      chargedMinor: 1000,
      refundedMinor: 0,
      pendingMinor: 0,
      refundableMinor: 1000,
      requestedMinor: 1001,
    });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => refundOf(scrip, { orderId: order.id, amountMinor: 400 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    await refundOf(scrip, { orderId: order.id });
    expect((await refundOf(scrip, { orderId: order.id })).body).toMatchObject({ status: 409, refundableMinor: 0 });
    expect(await orderOf(scrip, order.id)).toMatchObject({ refundedMinor: 1000, status: 'refunded' });
  });

  it('refuses what cannot be refunded', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    const ask = async (body: Record<string, unknown>) =>
      (await refundOf(scrip, { orderId: checkout.orderId, ...body })).body;
    expect(await ask({})).toMatchObject({
      status: 409,
      type: '/problems/order-not-refundable',
      orderStatus: 'pending',
    });
    expect(await ask({ orderId: 'ord_none' })).toMatchObject({ status: 404, type: '/problems/order-not-found' });
    for (const body of [{ amountMinor: 0 }, { amountMinor: 1.5 }, { policy: 'forgive' }, { unusedOnly: 'yes' }])
      expect(await ask(body)).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect(await ask({ unusedOnly: true, amountMinor: 5 })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/unusedOnly' }],
    });
    const keyless = await scrip.call('POST', '/v1/refunds', { orderId: checkout.orderId });
    expect(keyless.body).toMatchObject({ status: 400, type: '/problems/idempotency-key-required' });
  });

  it('is made once per idempotency key, also when asked twenty times at once', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const key = randomUUID();
    const ask = (body: object = {}) => refundOf(scrip, { orderId: order.id, amountMinor: 500, ...body }, key);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect((await ask({ amountMinor: 400 })).body).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
    expect(await orderOf(scrip, order.id)).toMatchObject({ refundedMinor: 500 });
    expect(await balanceOf(scrip, accountId)).toBe(6);
  });

  it('waits for money that is on its way', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtWith(accountId, '4000000000007726');
    const key = randomUUID();
    const answer = await refundOf(scrip, { orderId: order.id }, key);
    expect(answer.body).toMatchObject({ status: 'pending' });
    expect((await refundOf(scrip, { orderId: order.id })).body).toMatchObject({ status: 409, pendingMinor: 1000 });
    await orderReaches(scrip, order.id, 'refunded');
    expect(await balanceOf(scrip, accountId)).toBe(0);
    const replay = await refundOf(scrip, { orderId: order.id }, key);
    expect(replay.body).toEqual(answer.body);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
  });

  it('gives the credits back when the refund fails afterwards', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtWith(accountId, '4000000000005126');
    await spendOf(scrip, accountId, 5);
    const answer = await refundOf(scrip, { orderId: order.id });
    await orderReaches(scrip, order.id, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(7);
    expect(await orderOf(scrip, order.id)).toMatchObject({ refundedMinor: 0, reversedCredits: 0 });
    expect((await scrip.call('GET', `/v1/refunds/${answer.body.id}`)).body).toMatchObject({ status: 'failed' });
  });
});
