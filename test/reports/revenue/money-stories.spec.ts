import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { closeDispute, disputePayment, everythingIsHeard } from '../../support/shop/bank.js';
import { typeCode } from '../../support/shop/pay-page.js';
import { aCheckout, boughtPack, orderReaches, payAt, refundOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import { usageOf } from '../../support/shop/usage.js';
import { moneyOf } from './money-followed.js';

/** Each line: sold = recognised + broken + returned + owed, of real purchases, refunds and disputes. */
describe('what becomes of money that was paid', () => {
  const scrip = useScrip();
  let ada: TestAccount;
  beforeEach(async () => {
    ada = await openAccount(scrip);
  });
  afterEach(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  const money = () => moneyOf(scrip, ada.id);
  const buy = (product = 'basic') => boughtPack(scrip, ada.id, product);
  const refund = (orderId: string, more: { amountMinor?: number; policy?: string; unusedOnly?: boolean } = {}) =>
    refundOf(scrip, { orderId, ...more });

  it('is owed, recognised as it is spent, and returned as it is refunded', async () => {
    const order = await buy();
    expect(await money()).toEqual(['usd: 1000 = 0 + 0 + 0 + 1000']);
    await ada.spend(5);
    expect(await money()).toEqual(['usd: 1000 = 417 + 0 + 0 + 583']);
    await ada.spend(7);
    expect(await money()).toEqual(['usd: 1000 = 1000 + 0 + 0 + 0']);
    await refund(order.id);
    expect(await money()).toEqual(['usd: 1000 = 0 + 0 + 1000 + 0']);
  });

  it.each([
    ['debt', 'usd: 1000 = 500 + 0 + 500 + 0'],
    ['remaining', 'usd: 1000 = 500 + 0 + 500 + 0'],
  ])('of half of it, with policy %s, is what was spent and is not back', async (policy, expected) => {
    const order = await buy();
    await ada.spend(10);
    await refund(order.id, { amountMinor: 500, policy });
    expect(await money()).toEqual([expected]);
  });

  it('of what is unused goes back, and what was spent stays earned', async () => {
    const order = await buy();
    await ada.spend(9);
    await refund(order.id, { unusedOnly: true });
    expect(await money()).toEqual(['usd: 1000 = 750 + 0 + 250 + 0']);
  });

  it('counts as it is when a dispute is lost, and as it was when it is won', async () => {
    const order = await buy();
    await ada.spend(6);
    const { id } = await disputePayment(scrip, order.paymentIntentId);
    await orderReaches(scrip, order.id, 'disputed');
    expect(await money()).toEqual(['usd: 1000 = 0 + 0 + 1000 + 0']);
    await closeDispute(scrip, id, 'won');
    await everythingIsHeard(scrip);
    expect(await money()).toEqual(['usd: 1000 = 500 + 0 + 0 + 500']);
  });

  it('of another currency is recognised where it repays debt', async () => {
    const order = await buy();
    await ada.spend(12);
    await refund(order.id);
    await ada.grant(24, { category: 'paid', costBasis: { amountMinor: 1800, currency: 'eur' } });
    expect(await money()).toEqual(['eur: 1800 = 900 + 0 + 0 + 900', 'usd: 1000 = 0 + 0 + 1000 + 0']);
  });

  it('is broken by lapses and voids, and is what was charged after a discount', async () => {
    const stripe = stripeOf(scrip);
    const { id: coupon } = await stripe.coupons.create({ percent_off: 25, duration: 'once' });
    await stripe.promotionCodes.create({ code: 'QUARTER', promotion: { type: 'coupon', coupon } });
    const body = { accountId: ada.id, product: 'basic', promotionCodes: true };
    const { body: checkout } = await scrip.call('POST', '/v1/checkout-sessions', body);
    await typeCode(checkout.url, 'QUARTER');
    await payAt(checkout.url);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    await ada.spend(4);
    expect(await money()).toEqual(['usd: 750 = 250 + 0 + 0 + 500']);
    const given = await ada.grant(10, { costBasis: { amountMinor: 333, currency: 'usd' } });
    await ada.voidGrant(given.body.id);
    expect(await money()).toEqual(['usd: 1083 = 250 + 333 + 0 + 500']);
  });

  it('comes back to be owed with a spend that is given back, whatever the pieces', async () => {
    await buy();
    const spends = [(await ada.spend(1)).body.id, (await ada.spend(4)).body.id];
    await ada.reverse(spends[1], 2);
    expect(await money()).toEqual(['usd: 1000 = 250 + 0 + 0 + 750']);
    for (const spend of spends) await ada.reverse(spend);
    expect(await money()).toEqual(['usd: 1000 = 0 + 0 + 0 + 1000']);
  });

  it('of a feature is recognised at once: no credits are owed for it', async () => {
    const { body } = await scrip.call('PUT', `/v1/products/watermark-${randomUUID().slice(0, 8)}`, {
      kind: 'feature',
      name: 'No watermark',
      features: ['no-watermark'],
      prices: [{ amountMinor: 700, currency: 'usd' }],
    });
    const checkout = await aCheckout(scrip, ada.id, body.key);
    await payAt(checkout.url);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await money()).toEqual(['usd: 700 = 700 + 0 + 0 + 0']);
    await refund(checkout.orderId);
    expect(await money()).toEqual(['usd: 700 = 0 + 0 + 700 + 0']);
  });

  it('is in usage reports by what was used, less what was given back', async () => {
    await buy();
    const usage = usageOf(scrip, ada.id);
    const { body } = await usage.use([
      { meter: 'pages', quantity: 4 },
      { meter: 'pages', quantity: 2 },
    ]);
    await ada.spend(3);
    await usage.undo(body.id, { lines: [1] });
    const report = await scrip.call('GET', `/v1/accounts/${ada.id}/usage`);
    const costs = report.body.data.map(({ meter, credits, cost }: Record<string, unknown>) => [meter, credits, cost]);
    expect(costs).toEqual([
      [null, 3, [{ currency: 'usd', amountMinor: 250 }]],
      ['pages', 4, [{ currency: 'usd', amountMinor: 333 }]],
    ]);
    expect(await money()).toEqual(['usd: 1000 = 583 + 0 + 0 + 417']);
  });

  it('is in the receipt of a spend right after it, by the grants that it took from', async () => {
    await ada.grant(2);
    await buy('starter');
    await ada.grant(4, { category: 'paid', costBasis: { amountMinor: 100, currency: 'eur' } });
    const { id } = (await ada.spend(9)).body;
    const costs = async () => {
      const { body } = await scrip.call('GET', `/v1/accounts/${ada.id}/spends/${id}`);
      return body.allocations.map(({ amount, cost }: { amount: number; cost: unknown }) => [amount, cost]);
    };
    const expected = [
      [2, null],
      [5, { amountMinor: 500, currency: 'usd' }],
      [2, { amountMinor: 50, currency: 'eur' }],
    ];
    const atOnce = await costs();
    await moneyOf(scrip, ada.id);
    expect([atOnce, await costs()]).toEqual([expected, expected]);
    const { body } = await scrip.call('GET', `/v1/spends?accountId=${ada.id}`);
    expect(body.data[0].allocations.map(({ cost }: { cost: unknown }) => cost)).toEqual(
      expected.map(([, cost]) => cost),
    );
  });
});
