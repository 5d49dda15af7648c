import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { bankSettles, fillIn, fillInDebit, leadsTo, typeCode } from '../../support/shop/pay-page.js';
import { anAccount, balanceOf, entriesOf, orderReaches, refundOf } from '../../support/shop/shop.js';
import { deliver, eventAbout, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { advance } from '../../support/shop/subscribe.js';

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '2' });
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

function ask(body: object, idempotencyKey?: string) {
  return scrip.call('POST', '/v1/payment-links', { product: 'basic', ...body }, { idempotencyKey });
}

async function aLink(body: object): Promise<{ id: string; url: string }> {
  const answer = await ask(body);
  if (answer.status !== 201) throw new Error(`no link: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Follows a link as a browser does: to the page of a session of this visit's own. */
async function visit(url: string) {
  const page = leadsTo(await fetch(url, { redirect: 'manual' }));
  return { page, sessionId: page.split('/').at(-1) ?? '' };
}

async function payThrough(url: string) {
  const { page, sessionId } = await visit(url);
  expect((await fillIn(page)).status).toBe(303);
  return sessionId;
}

async function ordersOf(accountId: string) {
  return (await scrip.call('GET', `/v1/orders?accountId=${accountId}&limit=100`)).body.data;
}

async function ordersReach(accountId: string, statuses: string[]) {
  return eventually(
    () => ordersOf(accountId),
    (orders) => JSON.stringify(orders.map(({ status }: { status: string }) => status)) === JSON.stringify(statuses),
  );
}

async function eventReaches(event: Stripe.Event, status: string) {
  return eventually(
    async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
    (shown) => shown.status === status,
    30_000,
  );
}

describe('a payment link', () => {
  it('is paid many times, and each payment is an order of its own', async () => {
    const accountId = await anAccount(scrip);
    const link = await aLink({ accountId, quantity: 2 });
    expect(link).toEqual({ id: expect.stringMatching(/^lnk_/), url: expect.stringMatching(/^http/) });
    expect(await ordersOf(accountId)).toEqual([]);

    const sessions = [await payThrough(link.url), await payThrough(link.url), await payThrough(link.url)];
    const orders = await ordersReach(accountId, ['fulfilled', 'fulfilled', 'fulfilled']);
    expect(orders).toMatchObject(
      sessions.toReversed().map((checkoutSessionId) => ({
        checkoutSessionId,
        paymentLinkId: link.id,
        product: 'basic',
        quantity: 2,
        credits: 24,
        amountMinor: 2000,
        paymentIntentId: expect.stringMatching(/^pi_/),
      })),
    );
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +24', 'grant +24', 'grant +24']);
  });

  it('makes each order once, however often and in whatever order its events come', async () => {
    for (const order of ['created', 'reversed', 'shuffled'] as const) {
      const accountId = await anAccount(scrip);
      await webhooks(scrip, 'hold');
      const { url } = await aLink({ accountId });
      await Promise.all([payThrough(url), payThrough(url)]);
      await flush(scrip, order, 3);
      await ordersReach(accountId, ['fulfilled', 'fulfilled']);
      await inboxIsDrained(scrip);
      expect(await ordersOf(accountId)).toHaveLength(2);
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'grant +12']);
    }
  });

  it('is credited by the payment’s event alone, as by the session’s', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { url } = await aLink({ accountId });
    const session = await stripeOf(scrip).checkout.sessions.retrieve(await payThrough(url));
    await deliver(scrip, await eventAbout(scrip, 'payment_intent.succeeded', String(session.payment_intent)));
    await ordersReach(accountId, ['fulfilled']);
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', session.id));
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('orders nothing for somebody who only looks at it', async () => {
    const accountId = await anAccount(scrip);
    const { url } = await aLink({ accountId });
    const { sessionId } = await visit(url);
    await stripeOf(scrip).checkout.sessions.expire(sessionId);
    const expired = await eventAbout(scrip, 'checkout.session.expired', sessionId);
    await eventReaches(expired, 'ignored');
    expect(await ordersOf(accountId)).toEqual([]);
  });

  it('waits for a bank, and ends as the bank says', async () => {
    const accountId = await anAccount(scrip);
    const { url } = await aLink({ accountId });
    const { page, sessionId } = await visit(url);
    await fillInDebit(page);
    const [order] = await ordersReach(accountId, ['processing']);
    const session = await stripeOf(scrip).checkout.sessions.retrieve(sessionId);
    await bankSettles(scrip, String(session.payment_intent), 'failed');
    await orderReaches(scrip, order.id, 'failed');
    expect(await entriesOf(scrip, accountId)).toEqual([]);
  });

  it('takes a code that pays for everything: credits without a payment, keyed on the session', async () => {
    const accountId = await anAccount(scrip);
    const coupon = await stripeOf(scrip).coupons.create({ percent_off: 100 });
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    await stripeOf(scrip).promotionCodes.create({ code: 'GIFT', promotion });
    const { url } = await aLink({ accountId, promotionCodes: true });
    const { page, sessionId } = await visit(url);
    await typeCode(page, 'GIFT');
    await fillIn(page, { cardNumber: '', expiry: '', cvc: '' });
    const [order] = await ordersReach(accountId, ['fulfilled']);
    expect(order).toMatchObject({ amountMinor: 0, paymentIntentId: null, checkoutSessionId: sessionId });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('sells what it was made for, whatever the catalogue says by then', async () => {
    const accountId = await anAccount(scrip);
    const offer = { kind: 'pack', name: 'Winter', credits: 8, prices: [{ currency: 'usd', amountMinor: 800 }] };
    await scrip.call('PUT', '/v1/products/winter', offer);
    const { url } = await aLink({ accountId, product: 'winter' });
    const prices = [{ currency: 'usd', amountMinor: 900 }];
    await scrip.call('PUT', '/v1/products/winter', { ...offer, credits: 80, prices });
    await payThrough(url);
    expect(await ordersReach(accountId, ['fulfilled'])).toMatchObject([{ credits: 8, amountMinor: 800 }]);
  });

  it('gives back what was paid through it, part by part', async () => {
    const accountId = await anAccount(scrip);
    const { url } = await aLink({ accountId });
    await payThrough(url);
    const [order] = await ordersReach(accountId, ['fulfilled']);
    await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
    await orderReaches(scrip, order.id, 'partially_refunded');
    expect(await balanceOf(scrip, accountId)).toBe(6);
  });

  it('is refunded before its order is known: the money and the credits are settled together', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { url } = await aLink({ accountId });
    const session = await stripeOf(scrip).checkout.sessions.retrieve(await payThrough(url));
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: String(session.payment_intent) });
    await deliver(scrip, await eventAbout(scrip, 'refund.created', refund.id));
    await inboxIsDrained(scrip);
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', session.id));
    const [order] = await ordersReach(accountId, ['refunded']);
    expect(order).toMatchObject({ refundedMinor: 1000, reversedCredits: 12 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
  });

  it('shows who comes back what became of the payment, also a moment before it is known', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { url } = await aLink({ accountId });
    const { page } = await visit(url);
    const back = leadsTo(await fillIn(page)).replace(scrip.running.runtime.publicUrl, scrip.url);
    const early = await fetch(back);
    expect(early.headers.get('refresh')).toBe('1');
    expect(await early.text()).toContain('Waiting for your payment');
    await flush(scrip, 'created');
    await ordersReach(accountId, ['fulfilled']);
    expect(await (await fetch(back)).text()).toContain('12 credits were added');
    expect((await fetch(`${scrip.url}/checkout/success?session=order`)).headers.get('refresh')).toBeNull();
  });
});

describe('a payment link for everybody', () => {
  it('credits the account that its address names', async () => {
    const [ada, bob] = [await anAccount(scrip), await anAccount(scrip)];
    const { url } = await aLink({});
    await payThrough(`${url}?client_reference_id=${ada}`);
    await payThrough(`${url}?client_reference_id=${bob}`);
    await ordersReach(ada, ['fulfilled']);
    await ordersReach(bob, ['fulfilled']);
    expect([await balanceOf(scrip, ada), await balanceOf(scrip, bob)]).toEqual([12, 12]);
  });

  it('lets nobody choose another account on a link that has one', async () => {
    const [ada, bob] = [await anAccount(scrip), await anAccount(scrip)];
    const { url } = await aLink({ accountId: ada });
    await payThrough(`${url}?client_reference_id=${bob}`);
    await ordersReach(ada, ['fulfilled']);
    expect(await ordersOf(bob)).toEqual([]);
  });

  it('keeps what was paid for an account that is not there, and credits it once there is one', async () => {
    const late = `late-${randomUUID()}`;
    const { url } = await aLink({});
    const sessionId = await payThrough(`${url}?client_reference_id=${late}`);
    await eventReaches(await eventAbout(scrip, 'checkout.session.completed', sessionId), 'handled');
    await anAccount(scrip, late);
    await advance(scrip, { seconds: 1 });
    await ordersReach(late, ['fulfilled']);
    expect(await entriesOf(scrip, late)).toEqual(['grant +12']);
  });
});

describe('a link of other making', () => {
  it('is none of our business, also when it copies our metadata', async () => {
    const accountId = await anAccount(scrip);
    const { id } = await aLink({ accountId });
    const metadata = { scrip_payment_link_id: id };
    const { url } = await stripeOf(scrip).paymentLinks.create({
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Hat' } } }],
      metadata,
      payment_intent_data: { metadata },
    });
    const event = await eventAbout(scrip, 'checkout.session.completed', await payThrough(url));
    await eventReaches(event, 'ignored');
    expect(await ordersOf(accountId)).toEqual([]);
  });

  it('grants nothing when something else was sold on ours than we said', async () => {
    const accountId = await anAccount(scrip);
    const { id, url } = await aLink({ accountId });
    await scrip.sql('update payment_links set offer_amount_minor = 500000, credits = 6000 where id = $1', [id]);
    const event = await eventAbout(scrip, 'checkout.session.completed', await payThrough(url));
    expect((await eventReaches(event, 'dead')).lastError).toContain('sells something else');
    expect(await ordersOf(accountId)).toEqual([]);
  });

  it('is ours when it was the answer that we never got', async () => {
    const accountId = await anAccount(scrip);
    const { id, url } = await aLink({ accountId });
    await scrip.sql('update payment_links set stripe_payment_link_id = null, url = null where id = $1', [id]);
    await payThrough(url);
    await ordersReach(accountId, ['fulfilled']);
  });
});

describe('the idempotency key of a link', () => {
  it('makes one link when it comes ten times at once, and answers it again', async () => {
    const accountId = await anAccount(scrip);
    for (const body of [{ accountId }, {}]) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(body, 'link-key')));
      expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
      const again = await ask(body, 'link-key');
      expect(again.body).toEqual(answers[0]?.body);
      const { data } = await stripeOf(scrip).paymentLinks.list({ limit: 100 });
      expect(data.filter(({ metadata }) => metadata.scrip_payment_link_id === again.body.id)).toHaveLength(1);
      expect((await ask({ ...body, quantity: 2 }, 'link-key')).body).toMatchObject({
        status: 422,
        type: '/problems/idempotency-key-reused',
      });
    }
  });

  it('is not taken by what is refused', async () => {
    expect((await ask({ accountId: 'nobody' }, 'refused')).body.type).toBe('/problems/account-not-found');
    expect((await ask({ product: 'nothing' }, 'refused')).body.type).toBe('/problems/product-not-found');
    expect((await ask({ currency: 'gbp' }, 'refused')).body.type).toBe('/problems/currency-not-offered');
    expect((await ask({ successUrl: 'https://app.example' }, 'refused')).body.type).toBe('/problems/validation-failed');
    expect((await ask({}, 'refused')).status).toBe(201);
  });
});
