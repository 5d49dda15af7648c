import { useScrip } from '../../support/service/scrip.js';
import { bankSettles, fillIn, fillInDebit, typeCode } from '../../support/shop/pay-page.js';
import {
  anAccount,
  balanceOf,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
  refundOf,
  returnPageOf,
} from '../../support/shop/shop.js';
import { deliver, eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function aCheckoutOf(accountId: string, body: object = {}, on = scrip) {
  const answer = await on.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic', ...body });
  if (answer.status !== 201) throw new Error(`no checkout: ${JSON.stringify(answer.body)}`);
  return answer.body as { orderId: string; checkoutSessionId: string; url: string };
}

async function aCode(code: string, percent_off: number, on = scrip): Promise<string> {
  const { id } = await stripeOf(on).coupons.create({ percent_off });
  await stripeOf(on).promotionCodes.create({ code, promotion: { type: 'coupon', coupon: id } });
  return code;
}

describe('a promotion code', () => {
  it('makes the pack cheaper and not smaller, and refunds count by what was paid', async () => {
    const accountId = await anAccount(scrip);
    const code = await aCode('QUARTER', 25);
    const { orderId, url } = await aCheckoutOf(accountId, { promotionCodes: true });
    await typeCode(url, code);
    await payAt(url);
    const order = await orderReaches(scrip, orderId, 'fulfilled');
    expect(order).toMatchObject({ credits: 12, amountMinor: 750 });
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    expect(body.data).toMatchObject([{ amount: 12, costBasis: { amountMinor: 750, currency: 'usd' } }]);

    // A third of the money that was paid takes a third of the credits.
    await refundOf(scrip, { orderId, amountMinor: 250 });
    await orderReaches(scrip, orderId, 'partially_refunded');
    expect(await balanceOf(scrip, accountId)).toBe(8);
    await refundOf(scrip, { orderId });
    expect(await orderReaches(scrip, orderId, 'refunded')).toMatchObject({ refundedMinor: 750, reversedCredits: 12 });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('that takes all of the price off gives the credits for nothing, keyed on the session, once', async () => {
    const accountId = await anAccount(scrip);
    const code = await aCode('ALLOFIT', 100);
    await webhooks(scrip, 'hold');
    const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId, { promotionCodes: true });
    await typeCode(url, code);
    expect(await entriesOf(scrip, accountId)).toEqual([]);
    expect((await fillIn(url, { cardNumber: '', expiry: '', cvc: '' })).status).toBe(303);
    await flush(scrip, 'created', 3);
    const order = await orderReaches(scrip, orderId, 'fulfilled');
    expect(order).toMatchObject({ amountMinor: 0, paymentIntentId: null, checkoutSessionId });
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    expect(body.data).toMatchObject([{ source: { type: 'checkout_session', id: checkoutSessionId } }]);

    expect((await refundOf(scrip, { orderId })).body).toMatchObject({
      status: 409,
      type: '/problems/order-not-refundable',
    });
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('is taken by the page only when the request, or the configuration, says so', async () => {
    const accountId = await anAccount(scrip);
    const page = async (body: object) => (await fetch((await aCheckoutOf(accountId, body)).url)).text();
    expect(await page({})).not.toContain('Promotion code');
    expect(await page({ promotionCodes: false })).not.toContain('Promotion code');
    expect(await page({ promotionCodes: true })).toContain('Promotion code');
  });
});

describe('a price per currency', () => {
  const dollars = { currency: 'usd', amountMinor: 2500 };
  const euros = { currency: 'eur', amountMinor: 2300 };
  const yen = { currency: 'jpy', amountMinor: 3900 };
  beforeAll(async () => {
    const offer = { kind: 'pack', name: 'Global', credits: 25, prices: [dollars, euros, yen] };
    await scrip.call('PUT', '/v1/products/global', offer);
    await scrip.call('PUT', '/v1/products/european', { ...offer, name: 'European', prices: [euros] });
  });

  it.each([
    [{}, dollars, 2500],
    [{ currency: 'usd' }, dollars, 2500],
    [{ currency: 'eur', quantity: 2 }, euros, 4600],
    [{ currency: 'jpy', quantity: 3 }, yen, 11_700],
  ])('is charged as asked for: %j', async (asked, { currency }, amountMinor) => {
    const accountId = await anAccount(scrip);
    const { orderId, url } = await aCheckoutOf(accountId, { product: 'global', ...asked });
    await payAt(url);
    const order = await orderReaches(scrip, orderId, 'fulfilled');
    expect(order).toMatchObject({ currency, amountMinor, credits: 25 * order.quantity });
    const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/grants`);
    expect(body.data).toMatchObject([{ costBasis: { amountMinor, currency } }]);
  });

  it('is the first one where nobody names a currency and there is none in the usual one', async () => {
    const { orderId } = await aCheckoutOf(await anAccount(scrip), { product: 'european' });
    expect(await orderOf(scrip, orderId)).toMatchObject({ currency: 'eur', amountMinor: 2300 });
  });

  it('has a price of its own at Stripe, found again by its lookup key', async () => {
    const accountId = await anAccount(scrip);
    await aCheckoutOf(accountId, { product: 'global', currency: 'eur' });
    await aCheckoutOf(accountId, { product: 'global', currency: 'jpy' });
    const { data } = await stripeOf(scrip).prices.list({ product: 'scrip_global' });
    const keys = data.map(({ lookup_key, unit_amount }) => [lookup_key, unit_amount]);
    expect(keys).toContainEqual(['scrip:global:eur:2300', 2300]);
    expect(keys).toContainEqual(['scrip:global:jpy:3900', 3900]);
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });

  it('is refused in a currency that the pack is not sold in', async () => {
    const body = { accountId: await anAccount(scrip), product: 'global', currency: 'gbp' };
    for (const path of ['/v1/checkout-sessions', '/v1/payment-links', '/v1/payment-intents'])
      expect((await scrip.call('POST', path, body)).body).toMatchObject({
        status: 409,
        type: '/problems/currency-not-offered',
        product: 'global',
        currency: 'gbp',
        currencies: ['eur', 'jpy', 'usd'],
      });
  });
});

describe('a payment that a bank confirms later', () => {
  it('is on its way until then: no credits before, all of them after, once', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId);
    await fillInDebit(url);
    const waiting = await orderReaches(scrip, orderId, 'processing');
    expect(waiting).toMatchObject({ paymentIntentId: null, grantId: null });
    expect(await balanceOf(scrip, accountId)).toBe(0);
    const page = await returnPageOf(scrip, orderId);
    expect(page.headers.get('refresh')).toBe('10');
    expect(await page.text()).toContain('Your payment is on its way');

    const session = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(session.payment_intent), 'succeeded');
    expect(await orderReaches(scrip, orderId, 'fulfilled')).toMatchObject({ amountMinor: 1000 });
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('that fails in the end leaves nothing, and says so to the customer', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId);
    await fillInDebit(url);
    await orderReaches(scrip, orderId, 'processing');
    const session = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(session.payment_intent), 'failed');
    await orderReaches(scrip, orderId, 'failed');
    expect(await entriesOf(scrip, accountId)).toEqual([]);
    expect(await (await returnPageOf(scrip, orderId)).text()).toContain('The payment failed');
  });

  it.each(['succeeded', 'failed'] as const)('that has %s ends the same however its events come', async (outcome) => {
    for (const order of ['created', 'reversed', 'shuffled'] as const) {
      const accountId = await anAccount(scrip);
      await webhooks(scrip, 'hold');
      const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId);
      await fillInDebit(url);
      const session = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
      await bankSettles(scrip, String(session.payment_intent), outcome);
      await flush(scrip, order, 2);
      await orderReaches(scrip, orderId, outcome === 'succeeded' ? 'fulfilled' : 'failed');
      await inboxIsDrained(scrip);
      expect(await entriesOf(scrip, accountId)).toEqual(outcome === 'succeeded' ? ['grant +12'] : []);
    }
  });

  it('is credited when the word that it succeeded comes before the word that it began', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId);
    await fillInDebit(url);
    const session = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(session.payment_intent), 'succeeded');
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.async_payment_succeeded', checkoutSessionId));
    await orderReaches(scrip, orderId, 'fulfilled');
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', checkoutSessionId));
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });
});

describe('a page that asks for more, as configured', () => {
  const asking = useScrip({
    CHECKOUT_PROMOTION_CODES: 'true',
    CHECKOUT_AUTOMATIC_TAX: 'true',
    CHECKOUT_TAX_IDS: 'true',
    CHECKOUT_TERMS: 'true',
    DEFAULT_CURRENCY: 'eur',
  });
  beforeAll(async () => {
    const prices = [
      { currency: 'usd', amountMinor: 1000 },
      { currency: 'eur', amountMinor: 1000 },
    ];
    await asking.call('PUT', '/v1/products/taxed', { kind: 'pack', name: 'Taxed', credits: 12, prices });
  });

  it('charges tax on top, asks for the tax id and the terms, and refunds count by what was paid with tax', async () => {
    const accountId = await anAccount(asking);
    const { orderId, checkoutSessionId, url } = await aCheckoutOf(accountId, { product: 'taxed' }, asking);
    const business = { country: 'DE', businessName: 'Ada GmbH', taxIdType: 'eu_vat', taxIdValue: 'DE123456789' };
    expect((await fillIn(url, business)).status).toBe(402);
    expect((await fillIn(url, { ...business, termsOfService: 'yes' })).status).toBe(303);
    const order = await orderReaches(asking, orderId, 'fulfilled');
    expect(order).toMatchObject({ credits: 12, amountMinor: 1200, currency: 'eur' });

    const session = await stripeOf(asking).checkout.sessions.retrieve(checkoutSessionId);
    expect(session).toMatchObject({
      amount_subtotal: 1000,
      total_details: { amount_tax: 200 },
      consent: { terms_of_service: 'accepted' },
      customer_details: { tax_ids: [{ value: 'DE123456789' }] },
    });
    await refundOf(asking, { orderId, amountMinor: 600 });
    await orderReaches(asking, orderId, 'partially_refunded');
    expect(await balanceOf(asking, accountId)).toBe(6);
  });

  it('takes codes off before the tax, unless the request wants none', async () => {
    const accountId = await anAccount(asking);
    const code = await aCode('HALF', 50, asking);
    const { orderId, url } = await aCheckoutOf(accountId, { product: 'taxed' }, asking);
    await typeCode(url, code);
    await fillIn(url, { country: 'DE', termsOfService: 'yes' });
    expect(await orderReaches(asking, orderId, 'fulfilled')).toMatchObject({ credits: 12, amountMinor: 600 });
    const without = await aCheckoutOf(accountId, { product: 'taxed', promotionCodes: false }, asking);
    expect(await (await fetch(without.url)).text()).not.toContain('Promotion code');
  });

  it('asks the same of a customer who comes by a link', async () => {
    const accountId = await anAccount(asking);
    const { body } = await asking.call('POST', '/v1/payment-links', { accountId, product: 'taxed' });
    const page = await (await fetch(body.url)).text();
    for (const text of ['Promotion code', 'Tax (20%)', 'terms of service', '€12.00']) expect(page).toContain(text);
  });

  it('asks for nothing in a form of the app’s own, which has no page to ask on', async () => {
    const { body } = await asking.call('POST', '/v1/payment-intents', {
      accountId: await anAccount(asking),
      product: 'taxed',
    });
    expect(await orderOf(asking, body.orderId)).toMatchObject({ amountMinor: 1000, currency: 'eur' });
  });
});
