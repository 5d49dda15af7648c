import { eventually } from '../support/eventually.js';
import { givenPayment, givenReceiver, givenSandbox, givenSession, pay, useSandbox } from '../support/given.js';

const given = useSandbox({ retryDelaysMs: [50, 100, 100_000] });
beforeEach(() => given.control('/_sandbox/reset', {}));

const arrived = (read: () => string[], count: number) =>
  eventually(
    async () => read(),
    (types) => types.length >= count,
  );

async function listening(answer?: () => number) {
  const receiver = await givenReceiver(given.sandbox.webhookSecret, answer);
  await given.sandbox.deliverTo(receiver.url);
  return receiver;
}

describe('webhooks', () => {
  it('are held, then flushed in reverse and twice', async () => {
    const receiver = await listening();
    await given.control('/_sandbox/webhooks', { mode: 'hold' });
    await givenPayment(given.stripe);
    expect(receiver.types()).toEqual([]);
    const held = (await given.stripe.events.list({ delivery_success: false })).data.map((event) => event.type);
    expect(await given.control('/_sandbox/webhooks', { mode: 'deliver' })).toMatchObject({
      body: { mode: 'deliver', deliveries: { held: held.length } },
    });

    const flushed = await given.control('/_sandbox/webhooks/flush', { order: 'reversed', copies: 2 });
    expect(flushed.body).toEqual({ delivered: held.length * 2, failed: 0 });
    expect(receiver.types()).toEqual(held.flatMap((type) => [type, type]));
    expect((await given.stripe.events.list({ delivery_success: false })).data).toEqual([]);
    expect((await given.stripe.events.list({ delivery_success: true })).data).toHaveLength(held.length);
    expect((await given.control('/_sandbox/webhooks/flush', {})).body).toEqual({ delivered: 0, failed: 0 });
    await receiver.close();
  });

  it('that nobody takes when flushed are told of, and stay held', async () => {
    const receiver = await listening(() => 503);
    await given.control('/_sandbox/webhooks', { mode: 'hold' });
    await given.stripe.customers.create({});
    expect((await given.control('/_sandbox/webhooks/flush', {})).body).toEqual({ delivered: 0, failed: 1 });
    expect((await given.control('/_sandbox/webhooks', { mode: 'hold' })).body).toMatchObject({
      deliveries: { held: 1 },
    });
    await receiver.close();
  });

  it('are dropped, and can be found as undelivered', async () => {
    const receiver = await listening();
    await given.control('/_sandbox/webhooks', { mode: 'drop' });
    const customer = await given.stripe.customers.create({});
    await given.control('/_sandbox/webhooks', { mode: 'deliver' });
    await given.stripe.products.create({ name: 'After' });
    await arrived(receiver.types, 1);
    expect(receiver.types()).toEqual(['product.created']);
    const missed = await eventually(
      () => given.stripe.events.list({ delivery_success: false }),
      ({ data }) => data.length === 1,
    );
    expect(missed.data[0]?.data.object).toMatchObject({ id: customer.id });
    await receiver.close();
  });

  it('are tried again, signed anew, until a 2xx', async () => {
    let refusals = 2;
    const receiver = await listening(() => (refusals-- > 0 ? 500 : 204));
    await given.stripe.customers.create({});
    await arrived(receiver.types, 3);
    expect(new Set(receiver.events.map((event) => event.id)).size).toBe(1);
    await eventually(
      () => given.stripe.events.list({ delivery_success: true }),
      ({ data }) => data.length === 1,
    );
    await receiver.close();
  });

  it('do not follow a redirect and are given up in the end', async () => {
    const other = await givenSandbox({ retryDelaysMs: [20] });
    const receiver = await givenReceiver(other.sandbox.webhookSecret, () => 302);
    await other.sandbox.deliverTo(receiver.url);
    await other.stripe.customers.create({});
    const state = () => fetch(`${other.sandbox.url}/_sandbox/webhooks`).then((answer) => answer.json());
    await eventually(state, (now) => (now as { deliveries: { failed?: number } }).deliveries.failed === 1);
    expect(receiver.events).toHaveLength(2);
    await other.end();
    await receiver.close();
  });

  it('go to further endpoints that ask for their type, signed with their own secret', async () => {
    const { stripe } = given;
    const url = 'http://127.0.0.1:9/unused';
    const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['product.created'] });
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    const receiver = await givenReceiver(String(endpoint.secret));
    await stripe.webhookEndpoints.update(endpoint.id, { url: receiver.url });
    await stripe.customers.create({});
    await stripe.products.create({ name: 'Wanted' });
    await arrived(receiver.types, 1);
    expect(receiver.types()).toEqual(['product.created']);
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    await stripe.products.create({ name: 'Unwanted' });
    await stripe.webhookEndpoints.del(endpoint.id);
    expect(receiver.types()).toEqual(['product.created']);
    await expect(stripe.webhookEndpoints.retrieve(endpoint.id)).rejects.toMatchObject({ statusCode: 404 });
    await receiver.close();
  });

  it('tell of one change under two ids when asked to', async () => {
    const receiver = await listening();
    await given.stripe.customers.create({});
    await arrived(receiver.types, 1);
    await given.control('/_sandbox/events/repeat', { id: receiver.events[0]?.id });
    await arrived(receiver.types, 2);
    expect(receiver.events[1]?.data.object).toEqual(receiver.events[0]?.data.object);
    expect(receiver.events[1]?.id).not.toBe(receiver.events[0]?.id);
    await receiver.close();
  });

  it('are flushed by type, or one by one in any order', async () => {
    const receiver = await listening();
    await given.control('/_sandbox/webhooks', { mode: 'hold' });
    const { intentId } = await givenPayment(given.stripe);
    await given.stripe.refunds.create({ payment_intent: intentId });
    const held = (await given.stripe.events.list({ delivery_success: false })).data;
    const idOf = (type: string) => held.find((event) => event.type === type)?.id;

    await given.control('/_sandbox/webhooks/flush', { types: ['refund.*'] });
    const chosen = ['payment_intent.succeeded', 'charge.refunded', 'checkout.session.completed'];
    await given.control('/_sandbox/webhooks/flush', { events: chosen.map(idOf) });
    expect(receiver.types()).toEqual(['refund.created', ...chosen]);
    await given.control('/_sandbox/webhooks/flush', {});
    expect(new Set(receiver.types()).size).toBe(held.length);
    await receiver.close();
  });

  it('can be late', async () => {
    const receiver = await listening();
    await given.control('/_sandbox/webhooks', { mode: 'deliver', delayMs: 400 });
    const began = Date.now();
    await given.stripe.customers.create({});
    await arrived(receiver.types, 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(390);
    await given.control('/_sandbox/webhooks', { mode: 'deliver' });
    await receiver.close();
  });

  it('are not waited for by the payer while they are held', async () => {
    const receiver = await listening();
    await given.control('/_sandbox/webhooks', { mode: 'hold' });
    const began = Date.now();
    await pay(await givenSession(given.stripe));
    expect(Date.now() - began).toBeLessThan(5000);
    await receiver.close();
  });
});

describe('a restart', () => {
  it('forgets neither objects nor keys nor what was not delivered', async () => {
    const first = await givenSandbox();
    const { databaseUrl } = first;
    const refusing = await givenReceiver(first.sandbox.webhookSecret, () => 500);
    await first.sandbox.deliverTo(refusing.url);
    const customer = await first.stripe.customers.create({ name: 'Kept' }, { idempotencyKey: 'kept' });
    await arrived(refusing.types, 1);
    await first.control('/_sandbox/webhooks', { mode: 'hold' });
    const product = await first.stripe.products.create({ name: 'Held' });
    await first.control('/_sandbox/webhooks', { mode: 'deliver' });
    await first.sandbox.close();
    await refusing.close();

    const second = await givenSandbox({ databaseUrl });
    expect(second.sandbox.webhookSecret).toBe(first.sandbox.webhookSecret);
    const receiver = await givenReceiver(second.sandbox.webhookSecret);
    await second.sandbox.deliverTo(receiver.url);
    expect((await second.stripe.products.retrieve(product.id)).name).toBe('Held');
    const replayed = await second.stripe.customers.create({ name: 'Kept' }, { idempotencyKey: 'kept' });
    expect(replayed.id).toBe(customer.id);
    await second.control('/_sandbox/webhooks/flush', {});
    await arrived(receiver.types, 2);
    expect(receiver.types().sort()).toEqual(['customer.created', 'product.created']);
    expect((await second.stripe.webhookEndpoints.list()).data).toHaveLength(1);
    await second.sandbox.close();
    await receiver.close();
    await first.end().catch(() => undefined);
  });

  it('is refused a port that is taken, by name', async () => {
    const port = Number(new URL(given.sandbox.url).port);
    await expect(givenSandbox({ databaseUrl: given.databaseUrl, port })).rejects.toThrow(
      new RegExp(`port ${port}.*SANDBOX_PORT`),
    );
  });
});
