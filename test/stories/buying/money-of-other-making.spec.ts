import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
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
import { deliver, eventAbout, fault, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const PACK_MINOR = 1000;

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '2' });
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

interface Making {
  amountMinor?: number;
  currency?: string;
  /** What somebody wrote into the session; the order's id when absent. */
  reference?: string;
}

/** A session that somebody else made and paid with the order's id in it: a script, a colleague, a copied payment. */
async function paidSession(
  orderId: string,
  { amountMinor = PACK_MINOR, currency = 'usd', reference = orderId }: Making,
) {
  const stripe = stripeOf(scrip);
  const metadata = { scrip_order_id: orderId };
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    client_reference_id: reference,
    line_items: [{ quantity: 1, price_data: { currency, unit_amount: amountMinor, product_data: { name: 'Shirt' } } }],
    metadata,
    payment_intent_data: { metadata },
    success_url: 'https://shop.example/thanks',
  });
  await payAt(session.url ?? '');
  return stripe.checkout.sessions.retrieve(session.id);
}

async function refundAtStripe(paymentIntent: Stripe.Checkout.Session['payment_intent']) {
  return stripeOf(scrip).refunds.create({ payment_intent: String(paymentIntent) });
}

/** Nobody can settle it, so a person must see it. */
async function diesOf(event: Stripe.Event, reason: string): Promise<void> {
  const shown = await eventually(
    async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
    ({ status }) => status === 'dead',
    30_000,
  );
  expect(shown.lastError).toContain(reason);
}

/** An order of which only Stripe knows the page, as when the process dies right after asking for it. */
async function forgetPage(orderId: string): Promise<void> {
  await scrip.sql(
    'update orders set checkout_session_id = null, checkout_url = null, checkout_expires_at = null where id = $1',
    [orderId],
  );
}

describe('a refund of a payment that is not the order’s own', () => {
  it('takes nothing of an order that is paid', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    const other = await paidSession(order.id, {});
    const refund = await refundAtStripe(other.payment_intent);
    await diesOf(await eventAbout(scrip, 'refund.created', refund.id), 'is not that of order');
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', refundedMinor: 0, reversedCredits: 0 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is not kept for an order that is still to be paid', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    const other = await paidSession(checkout.orderId, {});
    const refund = await refundAtStripe(other.payment_intent);
    await diesOf(await eventAbout(scrip, 'refund.created', refund.id), 'is not that of order');
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'pending', refundedMinor: 0 });

    await payAt(checkout.url);
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is parked while the order’s page is not known, and settled with the grant', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url);
    const session = await stripeOf(scrip).checkout.sessions.retrieve(checkout.checkoutSessionId);
    const refund = await refundAtStripe(session.payment_intent);
    await forgetPage(checkout.orderId);
    const refunded = await eventAbout(scrip, 'refund.created', refund.id);
    await deliver(scrip, refunded);
    await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${refunded.id}`)).body,
      ({ status }) => status === 'handled',
    );
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'pending', refundedMinor: 0 });

    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId));
    await orderReaches(scrip, checkout.orderId, 'refunded');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
  });
});

describe('a session of other making', () => {
  /** Refused by Stripe: the order was given up, and has no page. */
  async function orderWithoutPage(accountId: string): Promise<string> {
    await fault(scrip, { method: 'POST', path: '/v1/checkout/sessions', times: 1, status: 400 });
    await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic' });
    const { body } = await scrip.call('GET', `/v1/orders?accountId=${accountId}`);
    expect(body.data).toMatchObject([{ status: 'canceled', checkoutSessionId: null }]);
    return body.data[0].id;
  }

  it.each([
    ['costs less', { amountMinor: 50 }],
    ['is in another currency', { currency: 'eur' }],
    ['refers to something else', { reference: 'cart-7' }],
  ])('fulfils nothing when it %s', async (_how, making: Making) => {
    const accountId = await anAccount(scrip);
    const orderId = await orderWithoutPage(accountId);
    const session = await paidSession(orderId, making);
    await diesOf(await eventAbout(scrip, 'checkout.session.completed', session.id), 'a page that is not its own');
    expect(await orderOf(scrip, orderId)).toMatchObject({ status: 'canceled', grantId: null });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('ends no order when it expires', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await aCheckout(scrip, accountId);
    const stripe = stripeOf(scrip);
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 50, product_data: { name: 'Shirt' } } }],
      metadata: { scrip_order_id: checkout.orderId },
      success_url: 'https://shop.example/thanks',
    });
    await stripe.checkout.sessions.expire(session.id);
    const { id } = await eventAbout(scrip, 'checkout.session.expired', session.id);
    await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${id}`)).body,
      ({ status }) => status === 'handled',
    );
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'pending' });
  });

  it('begins no subscription of an order, when it begins one of its own', async () => {
    const order = await boughtPack(scrip, await anAccount(scrip));
    const session = await stripeOf(scrip).checkout.sessions.create({
      mode: 'subscription',
      client_reference_id: order.id,
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: 'usd',
            unit_amount: 900,
            recurring: { interval: 'month' },
            product_data: { name: 'Milk' },
          },
        },
      ],
      metadata: { scrip_order_id: order.id },
      success_url: 'https://shop.example/thanks',
    });
    await payAt(session.url ?? '');
    const { id } = await eventAbout(scrip, 'checkout.session.completed', session.id);
    await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${id}`)).body,
      ({ status }) => status === 'handled',
    );
    const [row] = await scrip.sql('select stripe_subscription_id from orders where id = $1', [order.id]);
    expect(row).toEqual({ stripe_subscription_id: null });
  });

  it('is not taken for another order because an event says so', async () => {
    const [ada, bob] = [await anAccount(scrip), await anAccount(scrip)];
    await webhooks(scrip, 'hold');
    const [adas, bobs] = [await aCheckout(scrip, ada), await aCheckout(scrip, bob)];
    await forgetPage(bobs.orderId);
    await payAt(adas.url);
    const event = await eventAbout(scrip, 'checkout.session.completed', adas.checkoutSessionId);
    const session = event.data.object as Stripe.Checkout.Session;
    const renamed = { ...session, metadata: { scrip_order_id: bobs.orderId } };
    await deliver(scrip, { ...event, data: { object: renamed } });
    await orderReaches(scrip, adas.orderId, 'fulfilled');
    expect(await orderOf(scrip, bobs.orderId)).toMatchObject({ status: 'pending' });
    expect([await balanceOf(scrip, ada), await balanceOf(scrip, bob)]).toEqual([12, 0]);
  });

  it('is ours when it was the answer that we never got', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const checkout = await aCheckout(scrip, accountId);
    await forgetPage(checkout.orderId);
    await payAt(checkout.url);
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId));
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ checkoutSessionId: checkout.checkoutSessionId });
  });
});
