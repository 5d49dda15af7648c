import { type RunningScrip, startScrip } from '../../../src/app/start.js';
import { loadConfig } from '../../../src/config/config.js';
import { Clock } from '../../../src/kernel/clock.js';
import { eventually } from '../../support/eventually.js';
import { TEST_KEY, useScrip } from '../../support/service/scrip.js';
import { fillIn } from '../../support/shop/pay-page.js';
import { aCheckout, anAccount, balanceOf, boughtPack } from '../../support/shop/shop.js';
import { eventAbout, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function customerOf(accountId: string): Promise<string> {
  const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
  return String(account?.stripe_customer_id);
}

/** The customers that Stripe has for an account. */
async function customersOf(accountId: string) {
  const { data } = await stripeOf(scrip).customers.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata.scrip_account_id === accountId);
}

/** One more process of the service over the same database, which talks to the same Stripe. */
function anotherProcess(): Promise<RunningScrip> {
  const { databaseUrl, stripe } = scrip.running.runtime;
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    PORT: '0',
    LOG_LEVEL: 'silent',
    STRIPE_SECRET_KEY: 'sk_test_of_another_process',
    STRIPE_WEBHOOK_SECRETS: stripe.webhookSecrets.join(),
    STRIPE_API_BASE: scrip.sandboxUrl,
  });
  return startScrip(config, new Clock());
}

function sellAt(url: string, accountId: string): Promise<Response> {
  return fetch(`${url}/v1/checkout-sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accountId, product: 'basic' }),
  });
}

function portal(accountId: string, body: object = {}, idempotencyKey?: string) {
  return scrip.call('POST', '/v1/portal-sessions', { accountId, ...body }, { idempotencyKey });
}

describe('the customer that an account is at Stripe', () => {
  it('is one, whatever it buys and however', async () => {
    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    await boughtPack(scrip, accountId, 'starter');
    await scrip.call('POST', '/v1/payment-intents', { accountId, product: 'basic' });
    await portal(accountId);
    expect(await customersOf(accountId)).toMatchObject([{ id: await customerOf(accountId) }]);
    expect(await balanceOf(scrip, accountId)).toBe(17);
  });

  it('is one when two processes sell to a new account twenty times at once', async () => {
    const another = await anotherProcess();
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: 'many@example.com' });
    const urls = [scrip.url, String(another.url)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => sellAt(String(urls[index % 2]), accountId)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(await customersOf(accountId)).toMatchObject([
      { id: await customerOf(accountId), email: 'many@example.com' },
    ]);
    await another.close();
  });

  it('is called and reached by what the account is, also after that has changed', async () => {
    const accountId = await anAccount(scrip);
    const contact = async (body: object) => {
      await scrip.call('PUT', `/v1/accounts/${accountId}`, body);
      await aCheckout(scrip, accountId);
      const [customer] = await customersOf(accountId);
      return [customer?.email ?? null, customer?.name ?? null];
    };
    expect(await contact({})).toEqual([null, null]);
    expect(await contact({ email: 'ada@example.com' })).toEqual(['ada@example.com', null]);
    expect(await contact({ email: 'lovelace@example.com', name: 'Ada' })).toEqual(['lovelace@example.com', 'Ada']);
    expect(await contact({ email: null })).toEqual([null, 'Ada']);
    expect(await customersOf(accountId)).toHaveLength(1);
  });

  it('gets its receipts where the account is reached, as it was when the order was made', async () => {
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: 'receipts@example.com' });
    const order = await boughtPack(scrip, accountId);
    const intent = await stripeOf(scrip).paymentIntents.retrieve(order.paymentIntentId);
    expect(intent.receipt_email).toBe('receipts@example.com');
  });

  it('is told by internal ids alone in everything that is not its contact', async () => {
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, {
      email: 'secret@example.com',
      name: 'Secret Person',
      metadata: { plan: 'vip' },
    });
    const order = await boughtPack(scrip, accountId);
    const stripe = stripeOf(scrip);
    const session = await stripe.checkout.sessions.retrieve(order.checkoutSessionId);
    const intent = await stripe.paymentIntents.retrieve(order.paymentIntentId);
    const customer = await stripe.customers.retrieve(await customerOf(accountId));
    expect([session.metadata, intent.metadata, 'metadata' in customer && customer.metadata]).toEqual([
      { scrip_order_id: order.id },
      { scrip_order_id: order.id },
      { scrip_account_id: accountId },
    ]);
    expect(session.client_reference_id).toBe(order.id);
  });

  it('is replaced when somebody deleted it, and the account and its credits stay', async () => {
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: 'again@example.com' });
    await boughtPack(scrip, accountId);
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const customer = await customerOf(accountId);
      expect(seen.has(customer)).toBe(false);
      seen.add(customer);
      await stripeOf(scrip).customers.del(customer);
      if (round === 1) await scrip.call('PUT', `/v1/accounts/${accountId}`, { name: 'Changed meanwhile' });
      await boughtPack(scrip, accountId);
    }
    expect(await customersOf(accountId)).toMatchObject([{ email: 'again@example.com', name: 'Changed meanwhile' }]);
    expect(await balanceOf(scrip, accountId)).toBe(48);
  });
});

describe('a payment method that Stripe keeps', () => {
  async function hasPaymentMethod(accountId: string, expected: boolean) {
    await eventually(
      async () => (await scrip.call('GET', `/v1/accounts/${accountId}`)).body,
      (account) => account.hasPaymentMethod === expected,
    );
  }

  it('is known once a session in setup mode has saved it, and forgotten when it is taken away', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId);
    await hasPaymentMethod(accountId, false);
    const stripe = stripeOf(scrip);
    const customer = await customerOf(accountId);
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer,
      success_url: 'https://app.example/saved',
    });
    await fillIn(session.url ?? '');
    await hasPaymentMethod(accountId, true);

    const [saved] = (await stripe.customers.listPaymentMethods(customer)).data;
    await stripe.paymentMethods.detach(String(saved?.id));
    await hasPaymentMethod(accountId, false);
  });

  it('goes with the customer', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId);
    const customer = await customerOf(accountId);
    await stripeOf(scrip).paymentMethods.attach('pm_card_visa', { customer });
    await hasPaymentMethod(accountId, true);
    await stripeOf(scrip).customers.del(customer);
    await hasPaymentMethod(accountId, false);
  });

  it('of somebody who is no account is none of our business', async () => {
    const { id } = await stripeOf(scrip).customers.create({ name: 'Stranger' });
    await stripeOf(scrip).customers.update(id, { name: 'Still a stranger' });
    const event = await eventAbout(scrip, 'customer.updated', id);
    await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
      ({ status }) => status === 'ignored',
    );
  });
});

describe('the portal', () => {
  it('is a page of the account’s own customer, and leads back to where the request says', async () => {
    const accountId = await anAccount(scrip);
    await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: 'portal@example.com' });
    const answer = await portal(accountId, { returnUrl: 'https://app.example/account' });
    expect(answer).toMatchObject({ status: 201, body: { url: expect.stringMatching(/^http/) } });
    const page = await (await fetch(answer.body.url)).text();
    expect(page).toContain('portal@example.com');
    expect(page).toContain('https://app.example/account');
    expect(await (await fetch((await portal(accountId)).body.url)).text()).toContain(scrip.running.runtime.publicUrl);
  });

  it('answers the same page to the same key, and refuses the key to another request', async () => {
    const accountId = await anAccount(scrip);
    const answers = await Promise.all(Array.from({ length: 5 }, () => portal(accountId, {}, 'portal')));
    expect(new Set(answers.map(({ body }) => body.url)).size).toBe(1);
    const again = await portal(accountId, {}, 'portal');
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([answers[0]?.body, 'true']);
    expect((await portal(accountId, { returnUrl: 'https://app.example' }, 'portal')).body).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
  });

  it('lets nobody in who only looks at events: its address is in one of them', async () => {
    const { url } = (await portal(await anAccount(scrip))).body;
    const [event] = await eventually(
      () => scrip.sql(`select id from stripe_events where payload::text like $1`, [`%${url}%`]),
      (events) => events.length === 1,
    );
    const { status, body } = await scrip.call('GET', `/v1/stripe-events/${event?.id}`);
    expect([status, body.payload.data.object.url]).toEqual([200, '[withheld]']);
    expect(JSON.stringify(body)).not.toContain(url);
  });

  it('is refused to who is no account, and to a key that may not sell', async () => {
    expect((await portal('nobody')).body).toMatchObject({ status: 404, type: '/problems/account-not-found' });
    expect((await portal(await anAccount(scrip), { returnUrl: 'javascript:alert(1)' })).body).toMatchObject({
      status: 400,
      type: '/problems/validation-failed',
    });
    const made = await scrip.call('POST', '/v1/api-keys', { name: 'spender', scopes: ['read', 'spend'] });
    for (const path of ['/v1/portal-sessions', '/v1/payment-links', '/v1/payment-intents', '/v1/checkout-sessions'])
      expect((await scrip.call('POST', path, {}, { key: made.body.key })).body).toMatchObject({
        status: 403,
        type: '/problems/insufficient-scope',
        requiredScope: 'sell',
      });
  });
});
