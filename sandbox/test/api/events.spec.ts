import type Stripe from 'stripe';
import { givenPayment, useSandbox } from '../support/given.js';

const given = useSandbox();
beforeEach(() => given.control('/_sandbox/reset', {}));

const typesOf = (list: Stripe.ApiList<Stripe.Event>): string[] => list.data.map((event) => event.type);

describe('events', () => {
  it('are listed by type, by several, and by the beginning of one', async () => {
    const { stripe } = given;
    const { intentId } = await givenPayment(stripe);
    await stripe.refunds.create({ payment_intent: intentId });
    expect(typesOf(await stripe.events.list({ type: 'refund.created' }))).toEqual(['refund.created']);
    expect(typesOf(await stripe.events.list({ types: ['charge.refunded', 'charge.succeeded'] }))).toEqual([
      'charge.refunded',
      'charge.succeeded',
    ]);
    expect(typesOf(await stripe.events.list({ type: 'charge.*' }))).toEqual(['charge.refunded', 'charge.succeeded']);
    await expect(stripe.events.list({ type: 'a', types: ['b'] })).rejects.toMatchObject({ param: 'types' });
    const tooMany = Array.from({ length: 21 }, (_, index) => `type.${index}`);
    await expect(stripe.events.list({ types: tooMany })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('are paged through in both directions, whatever happens meanwhile', async () => {
    const { stripe } = given;
    for (const name of ['a', 'b', 'c', 'd', 'e']) await stripe.customers.create({ name });
    const names = (list: Stripe.ApiList<Stripe.Event>) =>
      list.data.map((event) => (event.data.object as Stripe.Customer).name);
    const first = await stripe.events.list({ limit: 2 });
    expect(names(first)).toEqual(['e', 'd']);
    await stripe.customers.create({ name: 'f' });
    const second = await stripe.events.list({ limit: 2, starting_after: first.data[1]?.id });
    expect({ names: names(second), more: second.has_more }).toEqual({ names: ['c', 'b'], more: true });
    const back = await stripe.events.list({ limit: 2, ending_before: second.data[0]?.id });
    expect(names(back)).toEqual(['e', 'd']);
    await expect(stripe.events.list({ starting_after: 'evt_none' })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('are listed by when they happened', async () => {
    const { stripe } = given;
    await stripe.customers.create({ name: 'before' });
    await given.control('/_sandbox/clock', { advanceSeconds: 3600 });
    const { created } = await stripe.customers.create({ name: 'after' });
    const count = async (range: Stripe.RangeQueryParam) => (await stripe.events.list({ created: range })).data.length;
    expect(await count({ gte: created })).toBe(1);
    expect(await count({ gt: created })).toBe(0);
    expect(await count({ lt: created })).toBe(1);
    expect(await count({ gt: created - 3700, lte: created })).toBe(2);
  });

  it('say who asked, and with which key', async () => {
    const { stripe } = given;
    const made = await stripe.customers.create({}, { idempotencyKey: 'account-7' });
    const [event] = (await stripe.events.list()).data;
    expect(event?.request).toEqual({ id: made.lastResponse.requestId, idempotency_key: 'account-7' });
    expect(event).toMatchObject({ object: 'event', livemode: false, pending_webhooks: 0 });
    expect(await stripe.events.retrieve(String(event?.id))).toMatchObject({ data: { object: { id: made.id } } });
  });
});
