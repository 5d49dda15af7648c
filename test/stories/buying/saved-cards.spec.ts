import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import { fillIn, formOf, leadsTo, OTHER_CARDS } from '../../support/shop/pay-page.js';
import {
  CHALLENGED_ONCE,
  chargeOffSession,
  customerOf,
  type Method,
  methodsOf,
} from '../../support/shop/saved-methods.js';
import { anAccount } from '../../support/shop/shop.js';
import { fault, stripeOf } from '../../support/shop/stripe-side.js';

const scrip = useScrip();

const MASTERCARD = '5555555555554444';

const pathOf = (accountId: string, more = '') => `/v1/accounts/${accountId}/payment-methods${more}`;

async function aSetup(accountId: string, body: object = {}) {
  const answer = await scrip.call('POST', pathOf(accountId, '/setup'), body);
  expect(answer.status).toBe(201);
  return answer.body;
}

/** An account that has saved these cards, the last one latest, on Stripe's page. */
async function withCards(...cardNumbers: string[]): Promise<{ accountId: string; methods: Method[] }> {
  const accountId = await anAccount(scrip);
  for (const cardNumber of cardNumbers) {
    const paid = await fillIn((await aSetup(accountId)).url, { cardNumber });
    expect(paid.status).toBe(303);
  }
  return { accountId, methods: await methodsOf(scrip, accountId) };
}

/** Whether the account is known to have something to pay with, once Stripe has told all. */
async function hasPaymentMethod(accountId: string): Promise<boolean> {
  await everythingIsHeard(scrip);
  return (await scrip.call('GET', `/v1/accounts/${accountId}`)).body.hasPaymentMethod;
}

describe('what an account has saved to pay with', () => {
  it('is nothing at first, without asking Stripe for a customer', async () => {
    const accountId = await anAccount(scrip);
    expect(await methodsOf(scrip, accountId)).toEqual([]);
    expect(await customerOf(scrip, accountId)).toBe('null');
  });

  it('is a card that was typed on the page of Stripe, which charges nothing', async () => {
    const accountId = await anAccount(scrip);
    const addresses = { successUrl: 'https://app.example/saved', cancelUrl: 'https://app.example/back' };
    const setup = await aSetup(accountId, addresses);
    expect(setup).toMatchObject({ checkoutSessionId: expect.stringMatching(/^cs_/), setupIntentId: null });
    expect(setup.clientSecret).toBeNull();
    const page = await (await fetch(setup.url)).text();
    expect(page).toContain('Save a card');
    expect(page).toContain('href="https://app.example/back"');
    const done = await fillIn(setup.url);
    expect([done.status, leadsTo(done)]).toEqual([303, 'https://app.example/saved']);
    expect(await methodsOf(scrip, accountId)).toEqual([
      {
        id: expect.stringMatching(/^pm_/),
        type: 'card',
        brand: 'visa',
        last4: '4242',
        expMonth: 12,
        expYear: 2034,
        isDefault: true,
      },
    ]);
    expect(await hasPaymentMethod(accountId)).toBe(true);
    expect((await stripeOf(scrip).charges.list({ customer: await customerOf(scrip, accountId) })).data).toEqual([]);
  });

  it('is nothing where the bank declines to have the card saved', async () => {
    const accountId = await anAccount(scrip);
    const { url } = await aSetup(accountId);
    expect((await fillIn(url, { cardNumber: OTHER_CARDS.declined })).status).toBe(402);
    expect(await methodsOf(scrip, accountId)).toEqual([]);
    expect(await hasPaymentMethod(accountId)).toBe(false);
  });

  it('is a card that was typed in a form of the app, whose secret is kept nowhere', async () => {
    const accountId = await anAccount(scrip);
    const begin = () => scrip.call('POST', pathOf(accountId, '/setup'), { kind: 'form' }, { idempotencyKey: 'form-1' });
    const first = await begin();
    const { clientSecret } = first.body;
    expect(first.status).toBe(201);
    const again = await begin();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const kept = await scrip.sql<{ row: string }>('select k::text as row from idempotency_keys k');
    expect(kept.map(({ row }) => row).join()).not.toContain(clientSecret);

    const form = formOf(scrip, clientSecret, 'https://app.example/saved');
    const saved = await fillIn(form, { cardNumber: MASTERCARD });
    expect(leadsTo(saved)).toMatch(/^https:\/\/app\.example\/saved\?/);
    expect(await methodsOf(scrip, accountId)).toMatchObject([{ brand: 'mastercard', last4: '4444', isDefault: true }]);
  });

  it('is shown page by page, and a page that begins behind nothing says so', async () => {
    const { accountId, methods } = await withCards('4242424242424242', MASTERCARD, CHALLENGED_ONCE);
    // The challenged one was left to its bank.
    expect(methods.map(({ last4 }) => last4)).toEqual(['4444', '4242']);
    const first = await scrip.call('GET', pathOf(accountId, '?limit=1'));
    expect(first.body).toMatchObject({ data: [methods[0]], nextCursor: expect.any(String) });
    const rest = await scrip.call('GET', pathOf(accountId, `?limit=1&cursor=${first.body.nextCursor}`));
    expect(rest.body).toEqual({ data: [methods[1]], nextCursor: null });
    for (const nothing of ['pm_nope', 'pm/nope']) {
      const cursor = Buffer.from(nothing).toString('base64url');
      const { status, body } = await scrip.call('GET', pathOf(accountId, `?cursor=${cursor}`));
      expect([status, body.errors?.[0]]).toEqual([400, expect.objectContaining({ in: 'query', pointer: '/cursor' })]);
    }
  });
});

describe('the default among what is saved', () => {
  it('is what was saved last until one is chosen, and what Stripe charges by default', async () => {
    const { accountId, methods } = await withCards('4242424242424242', MASTERCARD);
    expect(methods).toMatchObject([
      { last4: '4444', isDefault: true },
      { last4: '4242', isDefault: false },
    ]);
    const visa = methods[1];
    const chosen = await scrip.call('POST', pathOf(accountId, `/${visa?.id}/default`));
    expect([chosen.status, chosen.body]).toEqual([200, { ...visa, isDefault: true }]);
    expect(await methodsOf(scrip, accountId)).toMatchObject([{ isDefault: false }, { id: visa?.id, isDefault: true }]);
    const customer = await stripeOf(scrip).customers.retrieve(await customerOf(scrip, accountId));
    expect('invoice_settings' in customer && customer.invoice_settings.default_payment_method).toBe(visa?.id);
  });

  it('stays when another is saved, and is what was saved last again when it is removed', async () => {
    const { accountId, methods } = await withCards('4242424242424242');
    await scrip.call('POST', pathOf(accountId, `/${methods[0]?.id}/default`));
    await fillIn((await aSetup(accountId)).url, { cardNumber: MASTERCARD });
    expect(await methodsOf(scrip, accountId)).toMatchObject([{ isDefault: false }, { last4: '4242', isDefault: true }]);
    await scrip.call('DELETE', pathOf(accountId, `/${methods[0]?.id}`));
    expect(await methodsOf(scrip, accountId)).toMatchObject([{ last4: '4444', isDefault: true }]);
  });
});

describe('what is removed', () => {
  it('is gone at once and for good, and cannot be charged', async () => {
    const { accountId, methods } = await withCards('4242424242424242');
    const id = String(methods[0]?.id);
    const removed = await scrip.call('DELETE', pathOf(accountId, `/${id}`));
    expect([removed.status, removed.body]).toEqual([200, { ...methods[0], isDefault: false }]);
    expect(await methodsOf(scrip, accountId)).toEqual([]);
    expect((await scrip.call('GET', `/v1/accounts/${accountId}`)).body.hasPaymentMethod).toBe(false);
    await expect(chargeOffSession(scrip, accountId, id)).rejects.toThrow(/may not be used again/);
    const again = await scrip.call('DELETE', pathOf(accountId, `/${id}`));
    expect([again.status, again.body.type]).toEqual([404, '/problems/payment-method-not-found']);
    expect(await hasPaymentMethod(accountId)).toBe(false);
  });

  it('answers the same to the same key', async () => {
    const { accountId, methods } = await withCards('4242424242424242', MASTERCARD);
    const remove = () =>
      scrip.call('DELETE', pathOf(accountId, `/${methods[0]?.id}`), undefined, { idempotencyKey: 'remove-1' });
    const first = await remove();
    const again = await remove();
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([200, first.body, 'true']);
    const reused = await scrip.call('DELETE', pathOf(accountId, `/${methods[1]?.id}`), undefined, {
      idempotencyKey: 'remove-1',
    });
    expect([reused.status, reused.body.type]).toEqual([422, '/problems/idempotency-key-reused']);
    expect(await methodsOf(scrip, accountId)).toHaveLength(1);
  });
});

describe("another account's payment method", () => {
  it('is not found, and stays as it is', async () => {
    const { accountId: adas, methods } = await withCards('4242424242424242');
    const { accountId: bobs } = await withCards(MASTERCARD);
    const nobodys = await anAccount(scrip);
    const id = methods[0]?.id;
    for (const accountId of [bobs, nobodys])
      for (const [verb, path] of [
        ['POST', pathOf(accountId, `/${id}/default`)],
        ['DELETE', pathOf(accountId, `/${id}`)],
      ] as const) {
        const { status, body } = await scrip.call(verb, path);
        expect([path, status, body.type, body.paymentMethodId]).toEqual([
          path,
          404,
          '/problems/payment-method-not-found',
          id,
        ]);
      }
    expect(await methodsOf(scrip, adas)).toEqual(methods);
    expect(await methodsOf(scrip, bobs)).toMatchObject([{ last4: '4444', isDefault: true }]);
  });
});

describe('bad input', () => {
  it.each(['pm_nope', '..', 'setup', 'pm_1%2F..%2Fcustomers', 'x'.repeat(300), '%F0%9F%92%B3'])(
    'of the id %s is a payment method that is not there',
    async (id) => {
      const { accountId, methods } = await withCards('4242424242424242');
      for (const [verb, path] of [
        ['POST', `/${id}/default`],
        ['DELETE', `/${id}`],
      ] as const)
        expect((await scrip.call(verb, pathOf(accountId, path))).status).toBe(404);
      expect(await methodsOf(scrip, accountId)).toEqual(methods);
    },
  );

  it.each([
    ['setup', { kind: 'card' }, '/kind'],
    ['setup', { kind: 'form', successUrl: 'https://app.example' }, '/successUrl'],
    ['setup', { currency: 'US' }, '/currency'],
    ['setup', { cancelUrl: 'javascript:alert(1)' }, '/cancelUrl'],
    ['setup', { card: '4242' }, '/card'],
  ])('of %s %j is named', async (path, body, pointer) => {
    const accountId = await anAccount(scrip);
    const answer = await scrip.call('POST', pathOf(accountId, `/${path}`), body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    expect(await customerOf(scrip, accountId)).toBe('null');
  });

  it('of an account that is not there is 404, and of a key that may not sell 403', async () => {
    for (const { status, body } of [
      await scrip.call('GET', pathOf('nobody')),
      await scrip.call('POST', pathOf('nobody', '/setup'), {}),
      await scrip.call('DELETE', pathOf('nobody', '/pm_1')),
    ])
      expect([status, body.type]).toEqual([404, '/problems/account-not-found']);
    const { accountId, methods } = await withCards('4242424242424242');
    const { key } = (await scrip.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['read', 'spend'] })).body;
    expect((await scrip.call('GET', pathOf(accountId), undefined, { key })).status).toBe(200);
    expect((await scrip.call('POST', pathOf(accountId, '/setup'), {}, { key })).status).toBe(403);
    expect((await scrip.call('DELETE', pathOf(accountId, `/${methods[0]?.id}`), undefined, { key })).status).toBe(403);
  });

  it('from Stripe, which fails, is a 503 that can be asked again', async () => {
    const { accountId, methods } = await withCards('4242424242424242');
    await fault(scrip, { method: 'POST', path: '/v1/payment_methods/*', times: 3, status: 500 });
    const path = pathOf(accountId, `/${methods[0]?.id}`);
    const failed = await scrip.call('DELETE', path, undefined, { idempotencyKey: 'r' });
    expect([failed.status, failed.body.type]).toEqual([503, '/problems/stripe-unavailable']);
    expect(await methodsOf(scrip, accountId)).toEqual(methods);
    expect((await scrip.call('DELETE', path, undefined, { idempotencyKey: 'r' })).status).toBe(200);
  });
});
