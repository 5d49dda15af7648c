import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, entriesOf, orderReaches, payAt } from '../../support/shop/shop.js';
import { deliver, eventAbout, fault, inboxIsDrained, signatureOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '2' });
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

async function aPaidEvent() {
  const accountId = await anAccount(scrip);
  await webhooks(scrip, 'hold');
  const checkout = await aCheckout(scrip, accountId);
  await payAt(checkout.url);
  const event = await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId);
  await webhooks(scrip, 'drop');
  return { accountId, orderId: checkout.orderId, event };
}

async function eventOf(id: string) {
  return (await scrip.call('GET', `/v1/stripe-events/${id}`)).body;
}

const seconds = () => Math.floor(Date.now() / 1000);

describe('the webhook endpoint', () => {
  it('takes nothing that Stripe has not just signed for this endpoint', async () => {
    const { accountId, event } = await aPaidEvent();
    const body = JSON.stringify(event);
    const post = (payload: string, headers: Record<string, string> = {}) =>
      scrip.call('POST', '/webhooks/stripe', payload, { key: null, headers });
    const refused = [
      await post(body),
      await post(body, { 'stripe-signature': 'nonsense' }),
      await post(body, { 'stripe-signature': `t=${seconds()},v1=${'0'.repeat(64)}` }),
      await post(body, { 'stripe-signature': `t=${seconds()},v0=${'0'.repeat(64)}` }),
      await deliver(scrip, body, { secret: 'whsec_of_somebody_else' }),
      await deliver(scrip, body, { timestamp: seconds() - 301 }),
      await post(body.replace('"livemode":false', '"livemode": false'), {
        'stripe-signature': signatureOf(scrip, body),
      }),
    ];
    for (const answer of refused)
      expect(answer.body).toMatchObject({ status: 400, type: '/problems/invalid-signature' });
    expect(JSON.stringify(refused.map((answer) => answer.body))).not.toContain('whsec_');
    expect((await deliver(scrip, { ...event, livemode: true })).body).toMatchObject({
      status: 400,
      type: '/problems/wrong-mode',
    });
    expect((await deliver(scrip, { ...event, account: 'acct_1' })).body).toMatchObject({
      status: 400,
      type: '/problems/unexpected-account',
    });
    expect(await scrip.sql('select id from stripe_events where id = $1', [event.id])).toEqual([]);
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('refuses what is signed and no event, and stores nothing of it', async () => {
    const { event } = await aPaidEvent();
    const count = async () => (await scrip.sql('select count(*)::int as events from stripe_events'))[0]?.events;
    const before = await count();
    const { id: _id, ...nameless } = event;
    const { created: _created, ...timeless } = event;
    const { type: _type, ...typeless } = event;
    for (const body of ['null', '[]', '1', '"x"', nameless, timeless, typeless, { ...event, id: 'evt_\0' }])
      expect((await deliver(scrip, body)).body).toMatchObject({ status: 400, type: '/problems/malformed-event' });
    expect(await count()).toBe(before);
  });

  it('takes an event that is almost too old, and one of any accepted secret among others', async () => {
    const { orderId, event } = await aPaidEvent();
    const body = JSON.stringify(event);
    const valid = signatureOf(scrip, body, { timestamp: seconds() - 290 });
    const signature = valid.replace(',v1=', `,v1=${'0'.repeat(64)},v1=`);
    const answer = await scrip.call('POST', '/webhooks/stripe', body, {
      key: null,
      headers: { 'stripe-signature': signature },
    });
    expect(answer.body).toEqual({ received: true });
    await orderReaches(scrip, orderId, 'fulfilled');
  });

  it('shows what became of events', async () => {
    const { orderId, event } = await aPaidEvent();
    await deliver(scrip, event);
    await orderReaches(scrip, orderId, 'fulfilled');
    const shown = await eventually(
      () => eventOf(event.id),
      ({ status }) => status === 'handled',
    );
    expect(shown).toMatchObject({
      id: event.id,
      type: event.type,
      attempts: 1,
      lastError: null,
      livemode: false,
      payload: event,
    });
    const other = { ...event, id: 'evt_unknown_type', type: 'terminal.reader.action_failed' };
    await deliver(scrip, other);
    await eventually(
      () => eventOf(other.id),
      ({ status }) => status === 'ignored',
    );
    const { body } = await scrip.call('GET', '/v1/stripe-events?status=ignored&type=terminal.reader.action_failed');
    expect(body.data).toEqual([expect.objectContaining({ id: other.id })]);
    expect(body.data[0]).not.toHaveProperty('payload');
    expect((await scrip.call('GET', '/v1/stripe-events?status=lost')).status).toBe(400);
    expect((await eventOf('evt_none')).type).toBe('/problems/stripe-event-not-found');
    expect((await scrip.call('POST', '/v1/stripe-events/evt_none/replay')).status).toBe(404);
  });

  it('tries again, gives up in the end, and can be told to try once more', async () => {
    const { accountId, orderId, event } = await aPaidEvent();
    await fault(scrip, { method: 'GET', path: '/v1/checkout/sessions/*', times: 2, status: 400 });
    await deliver(scrip, event);
    const failed = await eventually(
      () => eventOf(event.id),
      ({ status }) => status === 'failed',
    );
    expect(failed).toMatchObject({
      attempts: 1,
      lastError: expect.stringContaining('stripe-refused'),
      handledAt: null,
    });
    const dead = await eventually(
      () => eventOf(event.id),
      ({ status }) => status === 'dead',
      30_000,
    );
    expect(dead.attempts).toBe(2);
    expect(await balanceOf(scrip, accountId)).toBe(0);

    const replay = await scrip.call('POST', `/v1/stripe-events/${event.id}/replay`);
    expect(replay.status).toBe(200);
    expect(replay.body).toMatchObject({ id: event.id, status: 'received', lastError: null });
    await orderReaches(scrip, orderId, 'fulfilled');
    await inboxIsDrained(scrip);

    await scrip.call('POST', `/v1/stripe-events/${event.id}/replay`);
    await inboxIsDrained(scrip);
    expect(await eventOf(event.id)).toMatchObject({ status: 'handled' });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('handles an event at once when it is delivered again while it waits', async () => {
    const { orderId, event } = await aPaidEvent();
    await fault(scrip, { method: 'GET', path: '/v1/checkout/sessions/*', times: 1, status: 429 });
    await deliver(scrip, event);
    await eventually(
      () => eventOf(event.id),
      ({ status }) => status === 'failed',
    );
    await scrip.sql(`update graphile_worker._private_jobs set run_at = now() + interval '1 hour' where key = $1`, [
      `stripe-event:${event.id}`,
    ]);
    expect((await deliver(scrip, event)).body).toEqual({ received: true, duplicate: true });
    await orderReaches(scrip, orderId, 'fulfilled');
  });
});
