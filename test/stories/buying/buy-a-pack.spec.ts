import { useScrip } from '../../support/service/scrip.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  CARDS,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
  returnPageOf,
} from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

describe('buying a pack', () => {
  it('credits the account once the customer has paid', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    expect(checkout).toEqual({
      orderId: expect.stringMatching(/^ord_/),
      checkoutSessionId: expect.stringMatching(/^cs_/),
      url: expect.stringMatching(/^http/),
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({
      status: 'pending',
      amountMinor: 1000,
      paymentIntentId: null,
    });
    expect(await balanceOf(scrip, accountId)).toBe(0);

    const paid = await payAt(checkout.url);
    expect(paid.status).toBe(303);

    const order = await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(order).toMatchObject({
      accountId,
      product: 'basic',
      quantity: 1,
      credits: 12,
      amountMinor: 1000,
      currency: 'usd',
      refundedMinor: 0,
      checkoutSessionId: checkout.checkoutSessionId,
      paymentIntentId: expect.stringMatching(/^pi_/),
      grantId: expect.stringMatching(/^grt_/),
    });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('names the payment as the source and the money as the cost of the grant', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId, 'pro');
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    expect(body.data).toMatchObject([
      {
        id: order.grantId,
        category: 'paid',
        amount: 30,
        remaining: 30,
        costBasis: { amountMinor: 2000, currency: 'usd' },
        source: { type: 'payment_intent', id: order.paymentIntentId },
      },
    ]);
  });

  it('sells several at once', async () => {
    const accountId = await anAccount(scrip);
    const answer = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'starter', quantity: 3 });
    await payAt(answer.body.url);
    const order = await orderReaches(scrip, answer.body.orderId, 'fulfilled');
    expect(order).toMatchObject({ quantity: 3, credits: 15, amountMinor: 1500 });
    expect(await balanceOf(scrip, accountId)).toBe(15);
  });

  it('grants nothing when the card is declined, and lets the customer try another', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    expect((await payAt(checkout.url, CARDS.noFunds)).status).toBe(402);
    expect((await orderOf(scrip, checkout.orderId)).status).toBe('pending');
    expect(await balanceOf(scrip, accountId)).toBe(0);

    await payAt(checkout.url);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('ends with the page on which it was to be paid', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    await stripeOf(scrip).checkout.sessions.expire(checkout.checkoutSessionId);
    await orderReaches(scrip, checkout.orderId, 'expired');
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('gives what was sold when the order was made, whatever the catalogue says by then', async () => {
    const accountId = await anAccount(scrip);
    const offer = {
      kind: 'pack',
      name: 'Summer',
      credits: 7,
      prices: [{ currency: 'usd', amountMinor: 700 }],
      validityDays: 30,
    };
    await scrip.call('PUT', '/v1/products/summer', offer);
    const checkout = await aCheckout(scrip, accountId, 'summer');
    await scrip.call('PUT', '/v1/products/summer', {
      ...offer,
      credits: 70,
      prices: [{ currency: 'usd', amountMinor: 900 }],
    });
    await payAt(checkout.url);
    expect(await orderReaches(scrip, checkout.orderId, 'fulfilled')).toMatchObject({ credits: 7, amountMinor: 700 });
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    const expiresAt = new Date(body.data[0].expiresAt).getTime();
    expect(expiresAt - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
    expect((await aCheckoutAmount(accountId)).amountMinor).toBe(900);
  });

  it('uses one customer of Stripe for all purchases of an account', async () => {
    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    await boughtPack(scrip, accountId, 'starter');
    const customers = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
    expect(customers).toEqual([{ stripe_customer_id: expect.stringMatching(/^cus_/) }]);
    expect(await balanceOf(scrip, accountId)).toBe(17);
  });

  it('sells again after everything at Stripe was lost', async () => {
    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    await scrip.sandbox('/_sandbox/reset', {});
    await boughtPack(scrip, accountId);
    expect(await balanceOf(scrip, accountId)).toBe(24);
  });

  it('refuses what is not for sale', async () => {
    const accountId = await anAccount(scrip);
    const ask = (body: object) => scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic', ...body });
    expect((await ask({ accountId: 'nobody' })).body).toMatchObject({
      status: 404,
      type: '/problems/account-not-found',
    });
    expect((await ask({ product: 'nothing' })).body).toMatchObject({
      status: 404,
      type: '/problems/product-not-found',
    });
    await scrip.call('PUT', '/v1/products/retired', {
      kind: 'pack',
      name: 'Retired',
      credits: 1,
      prices: [{ currency: 'usd', amountMinor: 100 }],
      active: false,
    });
    expect((await ask({ product: 'retired' })).body).toMatchObject({
      status: 409,
      type: '/problems/product-not-for-sale',
    });
    expect((await ask({ currency: 'eur' })).body).toMatchObject({
      status: 409,
      type: '/problems/currency-not-offered',
    });
    for (const body of [
      { quantity: 0 },
      { quantity: 101 },
      { currency: 'USD' },
      { successUrl: 'javascript:alert(1)' },
      { coupon: 'x' },
    ])
      expect((await ask(body)).body).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect(await scrip.sql('select id from orders where account_id = $1', [accountId])).toEqual([]);
  });

  it('shows the customer who comes back what became of the order', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    const page = () => returnPageOf(scrip, checkout.orderId);
    const waiting = await page();
    expect(waiting.status).toBe(200);
    expect(waiting.headers.get('refresh')).toBe('1');
    expect(await waiting.text()).toContain('Waiting for your payment');
    expect(await balanceOf(scrip, accountId)).toBe(0);

    const paid = await payAt(checkout.url);
    const { publicUrl } = scrip.running.runtime;
    expect(paid.headers.get('location')).toMatch(
      new RegExp(`^${publicUrl}/checkout/success\\?order=${checkout.orderId}&key=[\\w-]{22}$`),
    );
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    const done = await page();
    expect(done.headers.get('refresh')).toBeNull();
    expect(await done.text()).toContain('12 credits were added');
    expect((await fetch(`${scrip.url}/checkout/success?order=ord_none`)).status).toBe(404);
  });

  it('shows an order to nobody who only knows or guesses its id', async () => {
    const checkout = await aCheckout(scrip, await anAccount(scrip));
    for (const key of ['', '&key=', '&key=undefined', `&key=${'A'.repeat(22)}`, '&key=a&key=b']) {
      for (const page of ['success', 'cancelled']) {
        const answer = await fetch(`${scrip.url}/checkout/${page}?order=${checkout.orderId}${key}`);
        const text = await answer.text();
        for (const told of ['Basic', '$10.00', checkout.url, checkout.orderId]) expect(text).not.toContain(told);
      }
    }
  });

  it('shows a customer what was bought, and none of the pages for developers', async () => {
    const accountId = await anAccount(scrip);
    const { id } = await boughtPack(scrip, accountId);
    const page = await (await returnPageOf(scrip, id)).text();
    for (const text of ['Basic', '12 credits', '$10.00', 'Paid', id]) expect(page).toContain(text);
    expect(page).not.toMatch(/href="\//);
    expect(await (await returnPageOf(scrip, id, 'cancelled')).text()).toContain('Thank you');
  });

  it('offers who left the payment page the way back to it, as long as it is open, and to the app', async () => {
    const accountId = await anAccount(scrip);
    const body = { accountId, product: 'basic', successUrl: 'https://app.example/thanks?s={CHECKOUT_SESSION_ID}' };
    const checkout = (await scrip.call('POST', '/v1/checkout-sessions', body)).body;
    const page = async () => (await returnPageOf(scrip, checkout.orderId, 'cancelled')).text();
    const left = await page();
    expect(left).toContain(`href="${checkout.url}"`);
    expect(left).toContain('href="https://app.example">Back to the app');
    const withoutOrder = await (await fetch(`${scrip.url}/checkout/cancelled`)).text();
    expect(withoutOrder).toContain('Nothing was bought');
    expect(withoutOrder).not.toContain('Try again');
    await scrip.sql("update orders set checkout_expires_at = now() - interval '1 hour' where id = $1", [
      checkout.orderId,
    ]);
    expect(await page()).not.toContain('Try again');
  });

  it('lists the orders of an account, newest first, a page at a time', async () => {
    const accountId = await anAccount(scrip);
    const made = [];
    for (const product of ['starter', 'basic', 'pro'])
      made.unshift((await aCheckout(scrip, accountId, product)).orderId);
    const first = await scrip.call('GET', `/v1/orders?accountId=${accountId}&limit=2`);
    const second = await scrip.call('GET', `/v1/orders?accountId=${accountId}&limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(made);
    expect(second.body.nextCursor).toBeNull();
    expect((await scrip.call('GET', '/v1/orders/ord_none')).body).toMatchObject({
      status: 404,
      type: '/problems/order-not-found',
    });
  });
});

async function aCheckoutAmount(accountId: string) {
  return orderOf(scrip, (await aCheckout(scrip, accountId, 'summer')).orderId);
}
