import type Stripe from 'stripe';
import { cards, givenSession, pay, useSandbox } from '../support/given.js';

const given = useSandbox();

const backAt = 'https://shop.test/account';

/** A customer at their portal. */
async function givenPortal(params: Partial<Stripe.BillingPortal.SessionCreateParams> = {}) {
  const customer = await given.stripe.customers.create({ name: 'Ada', email: 'ada@example.com' });
  const session = await given.stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: backAt,
    ...params,
  });
  return { customer, session };
}

const pageOf = async (url: string) => (await fetch(url)).text();

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

const typed = (cardNumber: string) => ({ cardNumber, expiry: '12/34', cvc: '123' });

const cardsOf = async (customer: string) => (await given.stripe.customers.listPaymentMethods(customer)).data;

describe('the portal of a customer', () => {
  it('shows who they are and leads back', async () => {
    const { session } = await givenPortal();
    expect(session).toMatchObject({
      object: 'billing_portal.session',
      return_url: backAt,
      configuration: expect.stringMatching(/^bpc_/),
    });
    const page = await pageOf(session.url);
    expect(page).toContain('ada@example.com');
    expect(page).toContain(`href="${backAt}"`);
    expect(page).toContain('You have saved no card yet.');
  });

  it('saves a card, makes another the usual one, and takes the first away', async () => {
    const { customer, session } = await givenPortal();
    const added = await post(`${session.url}/cards`, typed(cards.good));
    expect(added.status).toBe(303);
    expect(await pageOf(new URL(String(added.headers.get('location')), session.url).href)).toContain(
      'The card was saved.',
    );
    const declined = await post(`${session.url}/cards`, typed(cards.declined));
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    const challenge = await post(`${session.url}/cards`, typed(cards.challenged));
    const answered = await post(String(challenge.headers.get('location')), { outcome: 'complete' });
    expect(await pageOf(String(answered.headers.get('location')))).toContain('The card was saved.');

    const [second, first] = await cardsOf(customer.id);
    expect([first?.card?.last4, second?.card?.last4]).toEqual(['4242', '3155']);
    expect((await post(`${session.url}/default`, { card: String(second?.id) })).status).toBe(303);
    expect(await given.stripe.customers.retrieve(customer.id)).toMatchObject({
      invoice_settings: { default_payment_method: second?.id },
    });
    expect((await post(`${session.url}/remove`, { card: String(first?.id) })).status).toBe(303);
    expect((await cardsOf(customer.id)).map(({ id }) => id)).toEqual([second?.id]);
  });

  it('shows what was paid, with a receipt', async () => {
    const { customer, session } = await givenPortal();
    const open = await givenSession(given.stripe, {
      customer: customer.id,
      payment_intent_data: { description: 'Twelve credits', receipt_email: 'ada@example.com' },
    });
    await pay(open, { cardNumber: cards.declined });
    await pay(open);
    const page = await pageOf(session.url);
    expect(page.match(/Twelve credits/g)).toHaveLength(1);
    const [, receipt = ''] = page.match(/href="([^"]+\/receipts\/[^"]+)"/) ?? [];
    const shown = await pageOf(receipt);
    expect(shown).toContain('Receipt for $10.00');
    expect(shown).toContain('ada@example.com');
    const { payment_intent } = await given.stripe.checkout.sessions.retrieve(open.id);
    await given.stripe.refunds.create({ payment_intent: String(payment_intent), amount: 400 });
    expect(await pageOf(session.url)).toContain('$4.00 refunded');
  });

  it('takes a new address', async () => {
    const { customer, session } = await givenPortal();
    const refused = await post(`${session.url}/details`, { email: 'nobody', name: 'Ada' });
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain('Enter a valid email address.');
    await post(`${session.url}/details`, { email: 'new@example.com', name: 'Ada L.', phone: '' });
    expect(await given.stripe.customers.retrieve(customer.id)).toMatchObject({
      email: 'new@example.com',
      name: 'Ada L.',
    });
    const [event] = (await given.stripe.events.list({ type: 'customer.updated', limit: 1 })).data;
    expect(event?.data.previous_attributes).toEqual({ email: 'ada@example.com', name: 'Ada' });
  });

  it('is of nobody else, and lasts an hour', async () => {
    const mine = await givenPortal();
    await post(`${mine.session.url}/cards`, typed(cards.good));
    const [card] = await cardsOf(mine.customer.id);
    const other = await givenPortal();
    expect((await post(`${other.session.url}/remove`, { card: String(card?.id) })).status).toBe(404);
    expect((await post(`${other.session.url}/default`, { card: String(card?.id) })).status).toBe(404);
    expect(await cardsOf(mine.customer.id)).toHaveLength(1);
    expect((await fetch(`${other.session.url}x`)).status).toBe(404);
    expect((await fetch(`${given.sandbox.url}/p/session/${other.session.id}`)).status).toBe(404);
    await given.control('/_sandbox/clock', { advanceSeconds: 3600 });
    expect((await fetch(mine.session.url)).status).toBe(410);
  });

  it('offers what its configuration says, and no more', async () => {
    const { stripe } = given;
    const configuration = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
      business_profile: { headline: 'Your credits' },
      default_return_url: 'https://shop.test/home',
    });
    const { session } = await givenPortal({ configuration: configuration.id, return_url: undefined as never });
    expect(session.return_url).toBe('https://shop.test/home');
    const page = await pageOf(session.url);
    expect(page).toContain('Your credits');
    expect(page).not.toContain('Saved cards');
    expect((await post(`${session.url}/cards`, typed(cards.good))).status).toBe(404);
    expect((await post(`${session.url}/details`, { email: 'x@example.com' })).status).toBe(404);

    await stripe.billingPortal.configurations.update(configuration.id, { active: false });
    await expect(givenPortal({ configuration: configuration.id })).rejects.toMatchObject({ param: 'configuration' });
    const [usual] = (await stripe.billingPortal.configurations.list({ is_default: true })).data;
    await expect(
      stripe.billingPortal.configurations.update(String(usual?.id), { active: false }),
    ).rejects.toMatchObject({ param: 'active' });
    await expect(stripe.billingPortal.sessions.create({ customer: 'cus_none' })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'customer',
    });
  });
});
