import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { refundQueue } from '../../../src/refunds/queue.js';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import {
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  refundOf,
} from '../../support/shop/shop.js';
import { fault, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const REFUNDS = '/v1/refunds';
/** The SDK itself asks three times. */
const WHOLE_CALL = 3;

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'deliver');
  await inboxIsDrained(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function runJobsNow(): Promise<void> {
  await scrip.sql(`update graphile_worker._private_jobs set run_at = now() where key like 'ask-for-refund:%'`);
}

async function refundsOf(orderId: string) {
  return (await scrip.call('GET', `/v1/refunds?orderId=${orderId}`)).body.data;
}

async function refundsAtStripe(paymentIntentId: string): Promise<number> {
  return (await stripeOf(scrip).refunds.list({ payment_intent: paymentIntentId })).data.length;
}

describe('a refund while Stripe fails', () => {
  it.each([
    ['fails', { status: 500 }, WHOLE_CALL],
    ['asks for patience', { status: 429 }, 1],
    ['is busy', { status: 409 }, WHOLE_CALL],
    ['does it and hangs up', { cutAfterEffect: true }, WHOLE_CALL],
    ['does it and is busy', { status: 409, when: 'after' as const }, WHOLE_CALL],
    ['does it and asks for patience', { status: 429, when: 'after' as const }, 1],
  ])('is kept, and continued by the same key, when Stripe %s', async (_how, effect, times) => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await inboxIsDrained(scrip);
    await webhooks(scrip, 'drop');
    const key = randomUUID();
    await fault(scrip, { method: 'POST', path: REFUNDS, times, ...effect });
    const first = await refundOf(scrip, { orderId: order.id, amountMinor: 500 }, key);
    expect(first.body).toMatchObject({ status: 503, type: '/problems/stripe-unavailable' });
    expect((await refundOf(scrip, { orderId: order.id })).body.amountMinor).toBe(500);

    const second = await refundOf(scrip, { orderId: order.id, amountMinor: 500 }, key);
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({ amountMinor: 500, status: 'succeeded' });
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(await refundsAtStripe(order.paymentIntentId)).toBe(2);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'refunded',
      refundedMinor: 1000,
      reversedCredits: 12,
    });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it.each(['during', 'after'] as const)('is made once around a fault that strikes %s its effect', async (when) => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 500, when });
    const answer = await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    expect(answer.body).toMatchObject({ status: 'succeeded', amountMinor: 500 });
    expect(await refundsAtStripe(order.paymentIntentId)).toBe(1);
    expect(await balanceOf(scrip, accountId)).toBe(6);
  });

  it('is finished by its job when nobody asks again', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await inboxIsDrained(scrip);
    await webhooks(scrip, 'drop');
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 429 });
    expect((await refundOf(scrip, { orderId: order.id })).status).toBe(503);
    await scrip.sql(`update graphile_worker._private_jobs set run_at = now() where key like 'ask-for-refund:%'`);
    await orderReaches(scrip, order.id, 'refunded');
    expect(await refundsAtStripe(order.paymentIntentId)).toBe(1);
  });

  it('is settled by its event when the answer was lost', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const key = randomUUID();
    await fault(scrip, { method: 'POST', path: REFUNDS, times: WHOLE_CALL, cutAfterEffect: true });
    expect((await refundOf(scrip, { orderId: order.id }, key)).status).toBe(503);
    await orderReaches(scrip, order.id, 'refunded');
    const second = await refundOf(scrip, { orderId: order.id }, key);
    expect(second.body).toMatchObject({ status: 'succeeded', amountMinor: 1000 });
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
    expect(await refundsAtStripe(order.paymentIntentId)).toBe(1);
  });

  it('that Stripe refuses is failed, gives its amount free, and its key', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const key = randomUUID();
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 400 });
    const refused = await refundOf(scrip, { orderId: order.id }, key);
    expect(refused.body).toMatchObject({
      status: 409,
      type: '/problems/stripe-refused',
      stripeCode: 'invalid_request_error',
    });
    expect(await balanceOf(scrip, accountId)).toBe(12);
    const again = await refundOf(scrip, { orderId: order.id, amountMinor: 1000 }, key);
    expect(again.status).toBe(201);
    const { body } = await scrip.call('GET', `/v1/refunds?orderId=${order.id}`);
    expect(body.data.map(({ status }: { status: string }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('counts one that was called refused and is at Stripe after all', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 400 });
    expect((await refundOf(scrip, { orderId: order.id })).status).toBe(409);
    const [refused] = (await scrip.call('GET', `/v1/refunds?orderId=${order.id}`)).body.data;
    expect(refused).toMatchObject({ status: 'failed', stripeRefundId: null });

    await stripeOf(scrip).refunds.create({
      payment_intent: order.paymentIntentId,
      metadata: { scrip_refund_id: refused.id, scrip_order_id: order.id },
    });
    await orderReaches(scrip, order.id, 'refunded');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
    const { body } = await scrip.call('GET', `/v1/refunds?orderId=${order.id}`);
    expect(body.data).toMatchObject([{ id: refused.id, status: 'succeeded', failureReason: null }]);
  });

  describe('because of the key it is given', () => {
    it.each([
      ['refuses the key', 401, 'GET'],
      ['lets the key read and not refund', 403, 'POST'],
    ] as const)('is kept, and done once the key is right, when Stripe %s', async (_how, status, nextRefused) => {
      const accountId = await anAccount(scrip);
      const order = await boughtPack(scrip, accountId);
      await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status });
      const key = randomUUID();
      const answer = await refundOf(scrip, { orderId: order.id }, key);
      expect(answer.body).toMatchObject({
        status: 502,
        type: '/problems/refund-kept',
        refundId: expect.stringMatching(/^rfd_/),
        stripeCode: expect.any(String),
      });
      const remedy = await scrip.call('GET', '/problems/refund-kept');
      expect(remedy.body).toContain('tried again');
      expect(remedy.body).not.toContain('Nothing was done');
      expect(await refundsOf(order.id)).toMatchObject([{ status: 'requested' }]);

      // A job looks first whether Stripe has the refund already.
      await fault(scrip, { method: nextRefused, path: REFUNDS, times: 1, status });
      await runJobsNow();
      await eventually(
        () =>
          scrip.sql(`select from graphile_worker.jobs where key = $1 and attempts = 1 and locked_at is null`, [
            `ask-for-refund:${answer.body.refundId}`,
          ]),
        (failed) => failed.length === 1,
      );
      expect(await refundsOf(order.id)).toMatchObject([{ status: 'requested' }]);
      await runJobsNow();
      await orderReaches(scrip, order.id, 'refunded');
      expect(await refundsAtStripe(order.paymentIntentId)).toBe(1);
      expect((await refundOf(scrip, { orderId: order.id }, key)).body).toMatchObject({ status: 'succeeded' });
    });

    it('is asked for again by the next start, when its job is gone', async () => {
      const accountId = await anAccount(scrip);
      const order = await boughtPack(scrip, accountId);
      await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 401 });
      expect((await refundOf(scrip, { orderId: order.id })).status).toBe(502);
      await scrip.sql(`delete from graphile_worker._private_jobs where key like 'ask-for-refund:%'`);
      const requeue = () => scrip.running.app.get(Database).transaction((tx) => refundQueue.requeue(tx));
      expect(await requeue()).toBe(1);
      await orderReaches(scrip, order.id, 'refunded');
      expect(await requeue()).toBe(0);
    });
  });

  it('learns what has gone back at Stripe, when more is asked for than is left there', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await inboxIsDrained(scrip);
    await webhooks(scrip, 'drop');
    await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId, amount: 750 });
    const answer = await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    expect(answer.body).toMatchObject({
      status: 409,
      type: '/problems/refund-exceeds-payment',
      refundedMinor: 750,
      refundableMinor: 250,
    });
    expect(await balanceOf(scrip, accountId)).toBe(3);
    expect((await refundOf(scrip, { orderId: order.id })).body).toMatchObject({ amountMinor: 250 });
  });
});
