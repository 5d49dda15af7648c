import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, entriesOf, orderReaches, payAt } from '../support/shop/shop.js';
import { deliver, eventAbout, fault, inboxIsDrained, stripeOf, webhooks } from '../support/shop/stripe-side.js';

const HANGS_MS = 60_000;
/** As many as there ever were slots for, twice over. */
const EIGHT = Array.from({ length: 8 }, (_, index) => index);

const scrip = useScrip({ STRIPE_WAIT_SECONDS: '2', STRIPE_EVENT_MAX_ATTEMPTS: '1' });
afterEach(async () => {
  await scrip.sql(`delete from stripe_events where id like 'evt_hangs%'`);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/** Stripe gives no answer about this object, whoever asks and however often. */
async function hangs(path: string): Promise<void> {
  await fault(scrip, { method: 'GET', path, times: 1_000, delayMs: HANGS_MS });
}

/** An event about an object that Stripe hangs for. */
async function deliverAbout(type: string, object: object): Promise<string> {
  const id = `evt_hangs${randomUUID().replaceAll('-', '')}`;
  const event = { id, object: 'event', type, api_version: null, created: 1_795_219_200, livemode: false };
  expect((await deliver(scrip, { ...event, data: { object } })).status).toBe(200);
  return id;
}

async function eventOf(eventId: string) {
  return (await scrip.call('GET', `/v1/stripe-events/${eventId}`)).body;
}

async function paidPack(): Promise<{ accountId: string; tookMs: number }> {
  const accountId = await anAccount(scrip);
  const checkout = await aCheckout(scrip, accountId);
  const began = performance.now();
  await payAt(checkout.url);
  await orderReaches(scrip, checkout.orderId, 'fulfilled');
  return { accountId, tookMs: performance.now() - began };
}

describe('a purchase', () => {
  it('is credited at once beside eight events about charges that Stripe gives no answer about', async () => {
    await hangs('/v1/charges/ch_hangs*');
    for (const index of EIGHT) await deliverAbout('charge.refunded', { id: `ch_hangs${index}` });
    const { accountId, tookMs } = await paidPack();
    expect(await balanceOf(scrip, accountId)).toBe(12);
    expect(tookMs).toBeLessThan(5_000);
  });

  it('waits for eight others that Stripe gives no answer about no longer than for their first attempts', async () => {
    await hangs('/v1/checkout/sessions/cs_hangs*');
    const metadata = { scrip_order_id: 'ord_of_nobody' };
    const hanging = await Promise.all(
      EIGHT.map((index) =>
        deliverAbout('checkout.session.completed', { id: `cs_hangs${index}`, mode: 'payment', metadata }),
      ),
    );
    const { tookMs } = await paidPack();
    expect(tookMs).toBeLessThan(8_000);
    for (const id of hanging)
      await eventually(
        () => eventOf(id),
        ({ attempts }) => attempts > 0,
      );
    expect(await eventOf(hanging[0] ?? '')).toMatchObject({
      status: 'failed',
      lastError: expect.stringMatching(/^stripe-unavailable/),
    });
  });
});

describe('an event that Stripe gives no answer about', () => {
  it('never dies of it, is shown as the oldest that waits, and is handled when Stripe is back', async () => {
    await webhooks(scrip, 'hold');
    const accountId = await anAccount(scrip);
    const order = await aCheckout(scrip, accountId);
    await payAt(order.url);
    const event = await eventAbout(scrip, 'checkout.session.completed', order.checkoutSessionId);
    // As many attempts as a fault of the event's own is given.
    await fault(scrip, {
      method: 'GET',
      path: `/v1/checkout/sessions/${order.checkoutSessionId}`,
      times: 1,
      delayMs: HANGS_MS,
    });
    await deliver(scrip, event);
    const waiting = await eventually(
      () => eventOf(event.id),
      ({ attempts }) => attempts > 0,
    );
    expect(waiting).toMatchObject({ status: 'failed' });
    const list = await scrip.call('GET', '/v1/stripe-events?status=handled&limit=1');
    expect(list.body.oldestUnhandledAt).toBe(waiting.receivedAt);

    await orderReaches(scrip, order.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect((await scrip.call('GET', '/v1/stripe-events')).body.oldestUnhandledAt).toBeNull();
    await webhooks(scrip, 'deliver');
  });

  it('does not die either while Stripe refuses our key, and is handled when it takes it again', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await inboxIsDrained(scrip);
    await fault(scrip, { method: 'GET', path: '/v1/refunds', times: 1, status: 401 });
    await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId });
    await orderReaches(scrip, order.id, 'refunded');
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -12']);
  });
});
