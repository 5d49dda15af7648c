import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import { answerBank, fillIn, leadsTo } from '../../support/shop/pay-page.js';
import { CHALLENGED_ONCE, chargeOffSession, methodsOf } from '../../support/shop/saved-methods.js';
import { anAccount, orderReaches } from '../../support/shop/shop.js';
import { fault } from '../../support/shop/stripe-side.js';

const scrip = useScrip();

describe('a pack that is bought', () => {
  const buy = async (accountId: string, more: object = {}) => {
    const answer = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic', ...more });
    expect(answer.status).toBe(201);
    return answer.body as { orderId: string; url: string };
  };

  it('saves the card where the customer agreed to that, so that it can be charged without them', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, url } = await buy(accountId, { savePaymentMethod: true });
    const { reuseConsent } = (await scrip.call('GET', `/v1/orders/${orderId}`)).body;
    expect(reuseConsent).toEqual({ textVersion: 'scrip-1', text: expect.stringContaining('may be charged') });
    expect(await (await fetch(url)).text()).toContain(reuseConsent.text);

    const challenged = await fillIn(url, { cardNumber: CHALLENGED_ONCE });
    await answerBank(leadsTo(challenged), 'complete');
    const order = await orderReaches(scrip, orderId, 'fulfilled');
    expect(order.reuseConsent).toEqual(reuseConsent);
    const [method] = await methodsOf(scrip, accountId);
    expect(method).toMatchObject({ last4: '3155', isDefault: true });
    expect(await chargeOffSession(scrip, accountId, String(method?.id))).toMatchObject({ status: 'succeeded' });
  });

  it('saves nothing, and tells of no consent, where nobody asked for that', async () => {
    const accountId = await anAccount(scrip);
    for (const more of [{}, { savePaymentMethod: false }]) {
      const { orderId, url } = await buy(accountId, more);
      expect(await (await fetch(url)).text()).not.toContain('may be charged');
      await fillIn(url);
      expect(await orderReaches(scrip, orderId, 'fulfilled')).not.toHaveProperty('reuseConsent');
    }
    expect(await methodsOf(scrip, accountId)).toEqual([]);
    await everythingIsHeard(scrip);
    expect((await scrip.call('GET', `/v1/accounts/${accountId}`)).body.hasPaymentMethod).toBe(false);
  });

  it('is another request with another wish, under the same key', async () => {
    const accountId = await anAccount(scrip);
    const ask = (savePaymentMethod: boolean) =>
      scrip.call(
        'POST',
        '/v1/checkout-sessions',
        { accountId, product: 'basic', savePaymentMethod },
        {
          idempotencyKey: 'buy-1',
        },
      );
    expect((await ask(true)).status).toBe(201);
    expect((await ask(false)).status).toBe(422);
  });

  it('keeps the wish over a fault of Stripe', async () => {
    const accountId = await anAccount(scrip);
    await fault(scrip, { method: 'POST', path: '/v1/checkout/sessions', times: 3, status: 500 });
    const idempotencyKey = randomUUID();
    const ask = () =>
      scrip.call(
        'POST',
        '/v1/checkout-sessions',
        { accountId, product: 'basic', savePaymentMethod: true },
        {
          idempotencyKey,
        },
      );
    expect((await ask()).status).toBe(503);
    const { url } = (await ask()).body;
    await fillIn(url);
    expect(await methodsOf(scrip, accountId)).toHaveLength(1);
  });

  it('is no plan, which keeps what it is paid with anyway', async () => {
    const accountId = await anAccount(scrip);
    const body = { accountId, product: 'basic-monthly', savePaymentMethod: true };
    const refused = await scrip.call('POST', '/v1/checkout-sessions', body);
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ pointer: '/savePaymentMethod', detail: 'must be left out for a plan, which keeps what it is paid with' }],
    ]);
    expect((await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data).toEqual([]);
  });
});
