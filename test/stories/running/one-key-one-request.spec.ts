import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, boughtPack, givenCredits, orderOf, refundOf, spendOf } from '../../support/shop/shop.js';
import { fault } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

const checkoutOf = (accountId: string, idempotencyKey: string) =>
  scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic' }, { idempotencyKey });

const nameOf = (accountId: string, idempotencyKey: string) =>
  scrip.call('PUT', `/v1/accounts/${accountId}`, { name: randomUUID() }, { idempotencyKey });

async function aBuyer() {
  const accountId = await anAccount(scrip);
  const order = await boughtPack(scrip, accountId);
  return {
    accountId,
    orderId: order.id as string,
    writes: {
      'a spend': (key: string) => spendOf(scrip, accountId, 1, key),
      'a checkout': (key: string) => checkoutOf(accountId, key),
      'a refund': (key: string) => refundOf(scrip, { orderId: order.id, amountMinor: 100 }, key),
      'an account': (key: string) => nameOf(accountId, key),
    },
  };
}

type Write = keyof Awaited<ReturnType<typeof aBuyer>>['writes'];
const WRITES: Write[] = ['a spend', 'a checkout', 'a refund', 'an account'];

describe('an idempotency key of an account', () => {
  it.each(WRITES)('belongs to %s alone, once that has taken it', async (first) => {
    const { writes } = await aBuyer();
    const key = randomUUID();
    expect((await writes[first](key)).status).toBeLessThan(300);
    for (const other of WRITES.filter((write) => write !== first))
      expect((await writes[other](key)).body).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
  });

  it('goes to one of several that come at once', async () => {
    const { writes } = await aBuyer();
    for (let round = 0; round < 10; round += 1) {
      const key = randomUUID();
      const answers = await Promise.all(WRITES.map((write) => writes[write](key)));
      const statuses = answers.map(({ status }) => (status < 300 ? 'done' : status)).sort();
      expect(statuses).toEqual([422, 422, 422, 'done']);
    }
  });

  it('is free for anything after Stripe refused the checkout or the refund', async () => {
    const { accountId, orderId } = await aBuyer();
    const [first, second] = [randomUUID(), randomUUID()];
    await fault(scrip, { method: 'POST', path: '/v1/checkout/sessions', times: 1, status: 400 });
    expect((await checkoutOf(accountId, first)).status).toBe(409);
    expect((await spendOf(scrip, accountId, 1, first)).status).toBe(201);
    await fault(scrip, { method: 'POST', path: '/v1/refunds', times: 1, status: 400 });
    expect((await refundOf(scrip, { orderId }, second)).status).toBe(409);
    expect((await spendOf(scrip, accountId, 1, second)).status).toBe(201);
    expect(await balanceOf(scrip, accountId)).toBe(10);
  });

  it('is not taken by a refund that is refused', async () => {
    const { accountId, orderId } = await aBuyer();
    const key = randomUUID();
    expect((await refundOf(scrip, { orderId, amountMinor: 5000 }, key)).status).toBe(409);
    expect((await spendOf(scrip, accountId, 1, key)).status).toBe(201);
    expect(await orderOf(scrip, orderId)).toMatchObject({ refundedMinor: 0 });
  });

  it('is another for another account', async () => {
    const [{ writes }, other] = [await aBuyer(), await anAccount(scrip)];
    await givenCredits(scrip, other, 5);
    const key = randomUUID();
    expect((await writes['a refund'](key)).status).toBe(201);
    expect((await spendOf(scrip, other, 1, key)).status).toBe(201);
    expect((await checkoutOf(other, key)).body).toMatchObject({ status: 422 });
  });
});
