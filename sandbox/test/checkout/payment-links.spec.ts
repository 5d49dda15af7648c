import type Stripe from 'stripe';
import { pay, useSandbox } from '../support/given.js';

const given = useSandbox();

const pack = (): Stripe.PaymentLinkCreateParams.LineItem => ({
  quantity: 2,
  price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Starter' } },
});

const givenLink = (params: Partial<Stripe.PaymentLinkCreateParams> = {}) =>
  given.stripe.paymentLinks.create({
    line_items: [pack()],
    metadata: { link: 'plk_1' },
    payment_intent_data: { metadata: { link: 'plk_1' } },
    after_completion: { type: 'redirect', redirect: { url: 'https://shop.test/thanks?session={CHECKOUT_SESSION_ID}' } },
    ...params,
  });

/** Follows the link as a browser does, and returns the session that it leads to. */
async function visit(link: Stripe.PaymentLink, query = ''): Promise<Stripe.Checkout.Session> {
  const answer = await fetch(`${link.url}${query}`, { redirect: 'manual' });
  const id = String(answer.headers.get('location')).split('/').at(-1);
  if (answer.status !== 303 || id === undefined) throw new Error(`no session: ${answer.status}`);
  return given.stripe.checkout.sessions.retrieve(id);
}

describe('a payment link', () => {
  it('is paid many times, each time in a session of its own', async () => {
    const link = await givenLink();
    expect(link).toMatchObject({ object: 'payment_link', active: true, currency: 'usd', metadata: { link: 'plk_1' } });
    const [first, second] = [await visit(link), await visit(link)];
    expect(first.id).not.toBe(second.id);
    expect(first).toMatchObject({
      payment_link: link.id,
      metadata: { link: 'plk_1' },
      amount_total: 1000,
      payment_status: 'unpaid',
    });
    for (const session of [first, second]) {
      const paid = await pay(session);
      expect(paid.status).toBe(303);
      expect(paid.headers.get('location')).toBe(`https://shop.test/thanks?session=${session.id}`);
    }
    const sessions = await given.stripe.checkout.sessions.list({
      payment_link: link.id,
      status: 'complete',
      expand: ['data.payment_intent', 'data.payment_link'],
    });
    expect(sessions.data).toMatchObject(
      [second.id, first.id].map((id) => ({
        id,
        payment_intent: { metadata: { link: 'plk_1' }, amount_received: 1000 },
        payment_link: { id: link.id },
      })),
    );
    const lines = await given.stripe.paymentLinks.listLineItems(link.id);
    expect(lines.data).toMatchObject([{ description: 'Starter', quantity: 2, amount_total: 1000 }]);
  });

  it('takes along what its address says', async () => {
    const coupon = await given.stripe.coupons.create({ percent_off: 50 });
    await given.stripe.promotionCodes.create({ code: 'HALF', promotion: { type: 'coupon', coupon: coupon.id } });
    const link = await givenLink({ allow_promotion_codes: true, automatic_tax: { enabled: true } });
    const query = '?client_reference_id=acct-7&prefilled_email=ada%40example.com&prefilled_promo_code=HALF';
    const session = await visit(link, query);
    expect(session).toMatchObject({ client_reference_id: 'acct-7', amount_total: 500 });
    const page = await (await fetch(String(session.url))).text();
    expect(page).toContain('value="ada@example.com"');
    expect(page).toContain('Pay $6.00');
    expect(await visit(link, '?client_reference_id=not%20one')).toMatchObject({ client_reference_id: null });
  });

  it('thanks on a page of its own when it leads nowhere', async () => {
    const link = await givenLink({
      after_completion: {
        type: 'hosted_confirmation',
        hosted_confirmation: { custom_message: 'The credits are yours.' },
      },
    });
    const session = await visit(link);
    const paid = await pay(session);
    expect(paid.headers.get('location')).toBe(`/c/pay/${session.id}`);
    const page = await (await fetch(`${given.sandbox.url}/c/pay/${session.id}`)).text();
    expect(page).toContain('Thank you');
    expect(page).toContain('The credits are yours.');
  });

  it('ends when it is switched off, and begins again', async () => {
    const link = await givenLink();
    await given.stripe.paymentLinks.update(link.id, { active: false, inactive_message: 'Sold out.' });
    const closed = await fetch(link.url);
    expect(closed.status).toBe(410);
    expect(await closed.text()).toContain('Sold out.');
    expect((await given.stripe.paymentLinks.list({ active: false })).data.map(({ id }) => id)).toContain(link.id);
    const [event] = (await given.stripe.events.list({ type: 'payment_link.updated', limit: 1 })).data;
    expect(event?.data.previous_attributes).toEqual({ active: true, inactive_message: null });
    await given.stripe.paymentLinks.update(link.id, { active: true, metadata: { link: 'plk_2' } });
    expect((await visit(link)).metadata).toEqual({ link: 'plk_2' });
  });

  it.each<[string, object, string]>([
    ['no lines', { line_items: [] }, 'line_items'],
    ['an unknown price', { line_items: [{ price: 'price_none', quantity: 1 }] }, 'line_items[0][price]'],
    ['nowhere to lead to', { after_completion: { type: 'redirect' } }, 'after_completion[redirect]'],
    [
      'a script to lead to',
      { after_completion: { type: 'redirect', redirect: { url: 'javascript:alert(1)' } } },
      'after_completion[redirect][url]',
    ],
    ['something the sandbox does not do', { restrictions: { completed_sessions: { limit: 1 } } }, 'restrictions'],
  ])('is refused with %s', async (_, params, param) => {
    await expect(givenLink(params)).rejects.toMatchObject({ statusCode: 400, param });
  });

  it('is unknown to who has guessed it', async () => {
    expect((await fetch(`${given.sandbox.url}/buy/plink_none`)).status).toBe(404);
  });
});
