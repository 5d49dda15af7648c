import { type GivenSandbox, givenSandbox, stripeAt } from './given.js';

let given: GivenSandbox;
beforeAll(async () => {
  given = await givenSandbox();
});
afterAll(() => given.end());
beforeEach(() => given.control('/_sandbox/reset', {}));

const customers = () => given.stripe.customers.list();

describe('faults', () => {
  it('answer a status before the effect, as often as asked', async () => {
    await given.control('/_sandbox/faults', { path: '/v1/customers', method: 'POST', times: 2, status: 500 });
    await expect(given.stripe.customers.create({})).rejects.toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
    const patient = stripeAt(given.sandbox.url, 'sk_test_sandbox', 2);
    await patient.customers.create({ name: 'In the end' });
    expect((await customers()).data).toMatchObject([{ name: 'In the end' }]);
  });

  it.each([
    [429, 'StripeRateLimitError'],
    [402, 'StripeCardError'],
    [409, 'StripeAPIError'],
    [503, 'StripeAPIError'],
  ])('make a %i the %s that the SDK makes of it', async (status, type) => {
    await given.control('/_sandbox/faults', { path: '/v1/*', method: '*', status });
    await expect(customers()).rejects.toMatchObject({ statusCode: status, type });
    expect((await customers()).data).toEqual([]);
  });

  it('cut the connection after the effect, and the retry finds it done', async () => {
    const patient = stripeAt(given.sandbox.url, 'sk_test_sandbox', 2);
    await given.control('/_sandbox/faults', { path: '/v1/customers', method: 'POST', cutAfterEffect: true });
    const made = await patient.customers.create({ name: 'Once' }, { idempotencyKey: 'order-1' });
    expect(made.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await customers()).data.map((each) => each.id)).toEqual([made.id]);
  });

  it('strike only the method and path they were meant for', async () => {
    await given.control('/_sandbox/faults', { path: '/v1/refunds', method: 'POST', status: 500 });
    await given.stripe.refunds.list();
    await given.stripe.customers.create({});
    const left = await fetch(`${given.sandbox.url}/_sandbox/faults`);
    expect(await left.json()).toEqual({ faults: [{ path: '/v1/refunds', method: 'POST', times: 1, status: 500 }] });
  });

  it('keep an answer back', async () => {
    await given.control('/_sandbox/faults', { path: '/v1/customers', method: 'GET', delayMs: 300 });
    const began = Date.now();
    await customers();
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
  });
});

describe('controls', () => {
  it.each([
    ['/_sandbox/faults', { path: '/v1/customers', method: 'POST' }],
    ['/_sandbox/faults', { path: 'v1', method: 'POST', status: 500 }],
    ['/_sandbox/faults', { path: '/v1/customers', method: 'POST', status: 200 }],
    ['/_sandbox/faults', { path: '/v1/customers', method: 'POST', status: 500, cutAfterEffect: true }],
    ['/_sandbox/faults', { path: '/v1/customers', method: 'POST', status: 500, often: true }],
    ['/_sandbox/webhooks', { mode: 'maybe' }],
    ['/_sandbox/webhooks/flush', { order: 'sideways' }],
    ['/_sandbox/webhooks/flush', { copies: 0 }],
  ])('refuse %s %j', async (path, body) => {
    const answer = await given.control(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual(expect.any(String));
  });

  it('forget everything but the endpoint of the service', async () => {
    await given.sandbox.deliverTo('http://127.0.0.1:9/nobody');
    await given.stripe.customers.create({}, { idempotencyKey: 'forgotten' });
    await given.stripe.webhookEndpoints.create({ url: 'https://x.test/', enabled_events: ['*'] });
    await given.control('/_sandbox/reset', {});
    expect((await customers()).data).toEqual([]);
    expect((await given.stripe.events.list()).data).toEqual([]);
    const endpoints = await given.stripe.webhookEndpoints.list();
    expect(endpoints.data.map((endpoint) => endpoint.url)).toEqual(['http://127.0.0.1:9/nobody']);
    await given.stripe.customers.create({ name: 'Another' }, { idempotencyKey: 'forgotten' });
  });

  it('are unknown when they are none', async () => {
    expect((await given.control('/_sandbox/nonsense', {})).status).toBe(404);
  });
});
