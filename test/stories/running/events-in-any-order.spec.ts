import { useScrip } from '../../support/service/scrip.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
} from '../../support/shop/shop.js';
import { deliver, eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/** A pack that is paid and of which no event has arrived. */
async function paidInSilence(accountId: string, product = 'basic') {
  await webhooks(scrip, 'hold');
  const checkout = await aCheckout(scrip, accountId, product);
  await payAt(checkout.url);
  const session = await stripeOf(scrip).checkout.sessions.retrieve(checkout.checkoutSessionId);
  return { ...checkout, paymentIntentId: String(session.payment_intent) };
}

describe('events that come late, often and out of order', () => {
  it('the same event twenty times at once grants once', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    const event = await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId);

    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(scrip, event)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(answers.filter(({ body }) => body.duplicate !== true)).toHaveLength(1);

    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    await inboxIsDrained(scrip);
    expect((await deliver(scrip, event)).body).toEqual({ received: true, duplicate: true });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('one change told by two events at once grants once', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    const event = await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId);
    await Promise.all([deliver(scrip, event), deliver(scrip, { ...event, id: `${event.id}again` })]);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('the payment and its checkout session, in either order, grant once', async () => {
    for (const order of ['created', 'reversed', 'shuffled'] as const) {
      const accountId = await anAccount(scrip);
      const checkout = await paidInSilence(accountId);
      await flush(scrip, order, 3);
      await orderReaches(scrip, checkout.orderId, 'fulfilled');
      await inboxIsDrained(scrip);
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    }
  });

  it('the payment alone is enough', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    await deliver(scrip, await eventAbout(scrip, 'payment_intent.succeeded', checkout.paymentIntentId));
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('a refund that is known before its purchase waits, and is settled with the grant', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: checkout.paymentIntentId });
    await deliver(scrip, await eventAbout(scrip, 'refund.created', refund.id));
    await inboxIsDrained(scrip);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({
      status: 'pending',
      refundedMinor: 1000,
      reversedCredits: 0,
    });
    expect(await entriesOf(scrip, accountId)).toEqual([]);

    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId));
    await orderReaches(scrip, checkout.orderId, 'refunded');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ refundedMinor: 1000, reversedCredits: 12 });
  });

  it('everything backwards, twice and at once, ends the same', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId, 'pro');
    const stripe = stripeOf(scrip);
    for (const amount of [500, 300, 1200])
      await stripe.refunds.create({ payment_intent: checkout.paymentIntentId, amount });
    await flush(scrip, 'reversed', 2);
    await orderReaches(scrip, checkout.orderId, 'refunded');
    await inboxIsDrained(scrip);
    expect(await balanceOf(scrip, accountId)).toBe(0);
    const refunds = await scrip.call('GET', `/v1/refunds?orderId=${checkout.orderId}`);
    expect(refunds.body.data).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'succeeded', actor: 'stripe', policy: 'debt' })),
    );
  });

  it('refunds from the side of Stripe take their share of the credits, part by part', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const stripe = stripeOf(scrip);
    await stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: 250 });
    await orderReaches(scrip, order.id, 'partially_refunded');
    expect(await balanceOf(scrip, accountId)).toBe(9);
    await stripe.refunds.create({ payment_intent: order.paymentIntentId });
    await orderReaches(scrip, order.id, 'refunded');
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -3', 'refund_reversal -9']);
  });

  it('leaves alone what is not ours', async () => {
    const stripe = stripeOf(scrip);
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Shirt' } } }],
      success_url: 'https://shop.example/thanks',
    });
    await payAt(session.url ?? '');
    const event = await eventAbout(scrip, 'checkout.session.completed', session.id);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    const refund = await stripe.refunds.create({ payment_intent: String(paid.payment_intent) });
    const refunded = await eventAbout(scrip, 'refund.created', refund.id);
    await deliver(scrip, event);
    await deliver(scrip, refunded);
    await inboxIsDrained(scrip);
    for (const id of [event.id, refunded.id])
      expect((await scrip.call('GET', `/v1/stripe-events/${id}`)).body).toMatchObject({ status: 'ignored' });
  });
});
