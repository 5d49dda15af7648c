import type Stripe from 'stripe';
import { cards, givenReceiver, givenSession, pay, type Receiver, useSandbox } from '../support/given.js';

const given = useSandbox();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await givenReceiver(given.sandbox.webhookSecret);
  await given.sandbox.deliverTo(receiver.url);
});
afterAll(async () => {
  await receiver.close();
});
beforeEach(() => {
  receiver.events.length = 0;
});

const about = (id: string) =>
  receiver.events.filter((event) => JSON.stringify(event.data.object).includes(id)).map((event) => event.type);

describe('the payment page', () => {
  it('shows what is paid for and escapes it', async () => {
    const session = await givenSession(given.stripe, {
      line_items: [
        {
          quantity: 2,
          price_data: { currency: 'usd', unit_amount: 1234, product_data: { name: '<script>alert(1)</script>' } },
        },
      ],
    });
    const answer = await fetch(String(session.url));
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('Pay $24.68');
    expect(page).toContain('&#60;script&#62;alert(1)');
    expect(page).not.toContain('<script>alert(1)');
    const policy = String(answer.headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://shop.test");
  });

  it('takes a payment and sends the payer on once the webhook was answered', async () => {
    const session = await givenSession(given.stripe, {
      customer_creation: 'always',
      metadata: { order: 'ord_7' },
      payment_intent_data: { metadata: { order: 'ord_7' }, description: 'Twelve credits' },
    });
    const answer = await pay(session);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://shop.test/thanks?session=${session.id}`);
    const completed = receiver.events.find((event) => event.type === 'checkout.session.completed');
    expect(completed).toMatchObject({
      api_version: '2026-10-28.endive',
      livemode: false,
      pending_webhooks: 1,
      data: { object: { id: session.id, status: 'complete', payment_status: 'paid', metadata: { order: 'ord_7' } } },
    });

    const paid = await given.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge', 'customer'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer: { email: 'ann@example.com' },
      customer_details: { email: 'ann@example.com' },
      payment_intent: {
        status: 'succeeded',
        amount_received: 1000,
        description: 'Twelve credits',
        metadata: { order: 'ord_7' },
        latest_charge: {
          paid: true,
          amount_captured: 1000,
          payment_method_details: { card: { last4: '4242', exp_month: 12, exp_year: 2034 } },
        },
      },
    });
    const intent = paid.payment_intent as Stripe.PaymentIntent;
    const found = await given.stripe.checkout.sessions.list({ payment_intent: intent.id });
    expect(found.data.map((each) => each.id)).toEqual([session.id]);
  });

  it('shows a decline, keeps the address, and takes another card for the same intent', async () => {
    const session = await givenSession(given.stripe);
    const declined = await pay(session, { cardNumber: cards.declined, email: 'kept@example.com' });
    const page = await declined.text();
    expect(declined.status).toBe(402);
    expect(page).toContain('Your card was declined. Try another card.');
    expect(page).toContain('value="kept@example.com"');
    expect(page).not.toContain(`value="${cards.declined}`);
    const unpaid = await given.stripe.checkout.sessions.retrieve(session.id);
    expect(unpaid).toMatchObject({ status: 'open', payment_intent: null });

    const [failed] = (await given.stripe.events.list({ type: 'payment_intent.payment_failed', limit: 1 })).data;
    const intent = failed?.data.object as Stripe.PaymentIntent;
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined', decline_code: 'generic_decline' },
    });

    expect((await pay(session)).status).toBe(303);
    const paid = await given.stripe.checkout.sessions.retrieve(session.id);
    expect(paid.payment_intent).toBe(intent.id);
    const charges = await given.stripe.charges.list({ payment_intent: intent.id });
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed']);
  });

  it.each([
    ['4000000000009995', 'insufficient funds'],
    ['4000000000009987', 'Your card was declined.'],
    ['4000000000000069', 'Your card has expired.'],
    ['4000000000000127', 'security code is incorrect'],
    ['4000000000000119', 'error occurred while processing'],
    ['4111111111111111', 'non test card'],
    ['4242424242424241', 'number is invalid'],
    ['4242', 'number is incomplete'],
  ])('refuses %s and says why', async (cardNumber, reason) => {
    const answer = await pay(await givenSession(given.stripe), { cardNumber });
    expect(answer.status).toBe(402);
    expect((await answer.text()).replaceAll('&#39;', "'")).toContain(reason);
  });

  it.each([
    [{ expiry: '01/20' }, 'in the past'],
    [{ expiry: '13/34' }, 'incomplete'],
    [{ cvc: '12' }, 'security code'],
    [{ email: 'nobody' }, 'valid email'],
    [{ email: 'a\u0000@b.example' }, 'valid email'],
  ])('asks for better details than %j', async (fields, reason) => {
    const answer = await pay(await givenSession(given.stripe), fields);
    expect(answer.status).toBe(402);
    expect(await answer.text()).toContain(reason);
  });

  it('says at once what is wrong with every field, and begins at the first', async () => {
    const fields = { cardNumber: '4242', expiry: '01/20', cvc: '1', email: 'nobody' };
    const page = await (await pay(await givenSession(given.stripe), fields)).text();
    for (const reason of ['valid email', 'number is incomplete', 'in the past', 'must have 3 digits'])
      expect(page).toContain(reason);
    expect(page.match(/ autofocus/g)).toHaveLength(1);
  });

  it.each(['5555555555554444', '378282246310005', '6011111111111117', '3566002020360505'])(
    'takes %s',
    async (cardNumber) => {
      const cvc = cardNumber.startsWith('37') ? '1234' : '123';
      expect((await pay(await givenSession(given.stripe), { cardNumber, cvc })).status).toBe(303);
    },
  );

  it('charges once however often the form is submitted at once', async () => {
    const session = await givenSession(given.stripe);
    const answers = await Promise.all(Array.from({ length: 6 }, () => pay(session)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(303));
    const paid = await given.stripe.checkout.sessions.retrieve(session.id);
    const charges = await given.stripe.charges.list({ payment_intent: String(paid.payment_intent) });
    expect(charges.data).toHaveLength(1);
    expect(about(session.id)).toEqual(['checkout.session.completed']);
    expect((await pay(session)).headers.get('location')).toContain(session.id);
    expect(await (await fetch(String(session.url))).text()).toContain('You have paid already');
  });

  it('keeps to the address that the session knows', async () => {
    const customer = await given.stripe.customers.create({ email: 'known@example.com' });
    const session = await givenSession(given.stripe, { customer: customer.id });
    await pay(session, { email: 'other@example.com' });
    const paid = await given.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(paid.customer_details?.email).toBe('known@example.com');
    expect(paid.payment_intent).toMatchObject({ customer: customer.id });
  });

  it('needs no card when there is nothing to pay', async () => {
    const session = await givenSession(given.stripe, {
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 0, product_data: { name: 'Free' } } }],
    });
    expect((await pay(session, { cardNumber: '', expiry: '', cvc: '' })).status).toBe(303);
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      payment_intent: null,
    });
  });

  it('is gone for a session that nobody knows', async () => {
    expect((await fetch(`${given.sandbox.url}/c/pay/cs_test_none`)).status).toBe(404);
    expect((await fetch(given.sandbox.url)).status).toBe(200);
  });
});
