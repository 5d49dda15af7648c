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

/** What the payer's bank is told on its page. */
const answer = (url: string, outcome: 'complete' | 'fail') =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) });

const locationOf = (response: Response): string => String(response.headers.get('location'));

async function latest(type: Stripe.Event.Type): Promise<Stripe.PaymentIntent> {
  const [event] = (await given.stripe.events.list({ type, limit: 1 })).data;
  return event?.data.object as Stripe.PaymentIntent;
}

describe('a card whose bank asks first', () => {
  it('is charged once its holder has confirmed', async () => {
    const session = await givenSession(given.stripe, { customer_creation: 'always' });
    const sent = await pay(session, { cardNumber: cards.challenged, email: 'careful@example.com' });
    expect(sent.status).toBe(303);
    const challenge = locationOf(sent);
    const page = await (await fetch(challenge)).text();
    expect(page).toContain('Complete authentication');
    expect(page).toContain('$10.00');

    const waiting = await latest('payment_intent.requires_action');
    expect(waiting).toMatchObject({
      status: 'requires_action',
      customer: null,
      latest_charge: null,
      next_action: { type: 'redirect_to_url', redirect_to_url: { url: challenge } },
    });
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'open',
      payment_intent: null,
      customer: null,
    });

    const done = await answer(challenge, 'complete');
    expect(done.status).toBe(303);
    expect(locationOf(done)).toBe(`https://shop.test/thanks?session=${session.id}`);
    expect(receiver.types()).toContain('checkout.session.completed');
    const paid = await given.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(paid).toMatchObject({
      payment_status: 'paid',
      customer_details: { email: 'careful@example.com' },
      payment_intent: { id: waiting.id, status: 'succeeded', next_action: null, customer: paid.customer },
    });
    expect(await (await fetch(challenge)).text()).toContain('That is done');
  });

  it('leaves the page open when its holder does not confirm, and another card pays', async () => {
    const session = await givenSession(given.stripe);
    const challenge = locationOf(
      await pay(session, { cardNumber: cards.alwaysChallenged, email: 'again@example.com' }),
    );
    const back = await answer(challenge, 'fail');
    expect(back.status).toBe(303);
    const page = await (await fetch(new URL(locationOf(back), given.sandbox.url))).text();
    expect(page).toContain('We are unable to authenticate your payment method.');
    expect(page).toContain('value="again@example.com"');
    const failed = await latest('payment_intent.payment_failed');
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
      latest_charge: null,
    });
    expect((await pay(session)).status).toBe(303);
    const paid = await given.stripe.checkout.sessions.retrieve(session.id);
    expect(paid.payment_intent).toBe(failed.id);
  });

  it('may be declined although its holder has confirmed', async () => {
    const session = await givenSession(given.stripe);
    const challenge = locationOf(await pay(session, { cardNumber: cards.challengedWithoutFunds }));
    const back = locationOf(await answer(challenge, 'complete'));
    expect(await (await fetch(new URL(back, given.sandbox.url))).text()).toContain('insufficient funds');
    expect(await latest('payment_intent.payment_failed')).toMatchObject({
      last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
    });
  });

  it('is charged once however often the answer is given at once', async () => {
    const session = await givenSession(given.stripe);
    const challenge = locationOf(await pay(session, { cardNumber: cards.challenged }));
    const answers = await Promise.all(Array.from({ length: 5 }, () => answer(challenge, 'complete')));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const { payment_intent } = await given.stripe.checkout.sessions.retrieve(session.id);
    const charges = await given.stripe.charges.list({ payment_intent: String(payment_intent) });
    expect(charges.data).toHaveLength(1);
  });

  it('cannot pay a session that was expired while its holder was away', async () => {
    const session = await givenSession(given.stripe);
    const challenge = locationOf(await pay(session, { cardNumber: cards.challenged }));
    await given.stripe.checkout.sessions.expire(session.id);
    const late = await answer(challenge, 'complete');
    expect(late.status).toBe(200);
    const [intent] = (await given.stripe.paymentIntents.list({ limit: 1 })).data;
    expect(intent).toMatchObject({ status: 'canceled', amount_received: 0 });
  });
});
