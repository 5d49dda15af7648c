import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, entriesOf, orderReaches, payAt } from '../../support/shop/shop.js';
import { fault, stripeOf } from '../../support/shop/stripe-side.js';

const LOOKUP_KEY = 'scrip:basic:usd:1000';

let scrip: TestScrip;
beforeEach(async () => {
  scrip = await startTestScrip();
});
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
  await scrip.close();
});

async function priceWithKey() {
  const { data } = await stripeOf(scrip).prices.list({ lookup_keys: [LOOKUP_KEY] });
  expect(data).toHaveLength(1);
  return data[0] as (typeof data)[0];
}

describe('what somebody put away in the dashboard', () => {
  it('a price is replaced, and the pack goes on selling, as often as it happens', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId);
    const stripe = stripeOf(scrip);
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const { id, active } = await priceWithKey();
      expect(active).toBe(true);
      expect(seen.has(id)).toBe(false);
      seen.add(id);
      await stripe.prices.update(id, { active: false });
      await aCheckout(scrip, accountId);
    }
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('a price that was put away with its product is replaced, and the product is taken out again', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId);
    const stripe = stripeOf(scrip);
    await stripe.prices.update((await priceWithKey()).id, { active: false });
    await stripe.products.update('scrip_basic', { active: false });
    await aCheckout(scrip, accountId);
    expect(await stripe.products.retrieve('scrip_basic')).toMatchObject({ active: true });
    expect(await priceWithKey()).toMatchObject({ active: true });
  });

  it.each([
    ['amount', { unit_amount: 50, currency: 'usd' }],
    ['currency', { unit_amount: 1000, currency: 'jpy' }],
    ['product', { unit_amount: 1000, currency: 'usd' }],
  ])('a price of another %s that was given our lookup key is not what we sell for', async (what, price) => {
    const stripe = stripeOf(scrip);
    const { id: product } = await stripe.products.create(
      what === 'product' ? { name: 'Other' } : { id: 'scrip_basic', name: 'Basic' },
    );
    const other = await stripe.prices.create({ ...price, product, lookup_key: LOOKUP_KEY });
    const { checkoutSessionId } = await aCheckout(scrip, await anAccount(scrip));
    const { amount_total, currency } = await stripe.checkout.sessions.retrieve(checkoutSessionId);
    expect([amount_total, currency]).toEqual([1000, 'usd']);
    const current = await priceWithKey();
    expect(current).toMatchObject({ product: 'scrip_basic', unit_amount: 1000, currency: 'usd' });
    expect(current.id).not.toBe(other.id);
  });

  it('a product that was deleted before it had a price is made again', async () => {
    const accountId = await anAccount(scrip);
    await fault(scrip, { method: 'POST', path: '/v1/prices', times: 1, status: 400 });
    const refused = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic' });
    expect(refused.status).toBe(409);
    // The sandbox deletes no products; Stripe does, until they have a price.
    await scrip.sql(`delete from sandbox.objects where id = 'scrip_basic'`);
    await aCheckout(scrip, accountId);
    expect(await priceWithKey()).toMatchObject({ product: 'scrip_basic' });
  });
});
