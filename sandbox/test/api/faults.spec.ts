import { stripeAt, useSandbox } from '../support/given.js';

const given = useSandbox();
beforeEach(() => given.control('/_sandbox/reset', {}));

const replayed = { 'idempotent-replayed': 'true' };
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

  it('of too many requests are of the type that Stripe has for them', async () => {
    await given.control('/_sandbox/faults', { path: '/v1/*', method: '*', status: 429 });
    await expect(customers()).rejects.toMatchObject({ rawType: 'rate_limit_error', code: 'rate_limit' });
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

  it('strike after the effect, and the key keeps the error', async () => {
    const fault = { path: '/v1/customers', method: 'POST', status: 500, when: 'after' };
    await given.control('/_sandbox/faults', fault);
    const create = () => given.stripe.customers.create({ name: 'Once' }, { idempotencyKey: 'order-1' });
    await expect(create()).rejects.toMatchObject({ statusCode: 500, headers: expect.not.objectContaining(replayed) });
    expect((await customers()).data).toMatchObject([{ name: 'Once' }]);
    await expect(create()).rejects.toMatchObject({ statusCode: 500, headers: expect.objectContaining(replayed) });
    expect((await customers()).data).toHaveLength(1);
  });

  it('strike during the call, which comes to nothing, and the key keeps the error', async () => {
    const fault = { path: '/v1/customers', method: 'POST', status: 503, when: 'during' };
    await given.control('/_sandbox/faults', fault);
    const create = () => given.stripe.customers.create({ name: 'Never' }, { idempotencyKey: 'order-1' });
    await expect(create()).rejects.toMatchObject({ statusCode: 503 });
    await expect(create()).rejects.toMatchObject({ statusCode: 503, headers: expect.objectContaining(replayed) });
    expect((await customers()).data).toEqual([]);
    expect((await given.stripe.events.list()).data).toEqual([]);
  });

  it.each([409, 429])('of %i are kept for no key, so that the next call finds what was done', async (status) => {
    const fault = { path: '/v1/customers', method: 'POST', status, when: 'after' };
    await given.control('/_sandbox/faults', fault);
    const create = () => given.stripe.customers.create({ name: 'Once' }, { idempotencyKey: 'order-1' });
    await expect(create()).rejects.toMatchObject({ statusCode: status });
    const made = await create();
    expect(made.lastResponse.headers).toMatchObject(replayed);
    expect((await customers()).data.map((each) => each.id)).toEqual([made.id]);
  });

  it('can be a key that is in use', async () => {
    const fault = { path: '/v1/customers', method: 'POST', status: 409, code: 'idempotency_key_in_use' };
    await given.control('/_sandbox/faults', fault);
    await expect(given.stripe.customers.create({})).rejects.toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    const patient = stripeAt(given.sandbox.url, 'sk_test_sandbox', 1);
    await given.control('/_sandbox/faults', fault);
    expect(await patient.customers.create({ name: 'Then' })).toMatchObject({ name: 'Then' });
  });

  it('cut an answer in two, which the SDK does not try again', async () => {
    const patient = stripeAt(given.sandbox.url, 'sk_test_sandbox', 2);
    await given.control('/_sandbox/faults', { path: '/v1/customers', method: 'POST', truncateAnswer: true });
    await expect(patient.customers.create({ name: 'Once' }, { idempotencyKey: 'order-1' })).rejects.toThrow();
    expect((await customers()).data).toHaveLength(1);
    const made = await patient.customers.create({ name: 'Once' }, { idempotencyKey: 'order-1' });
    expect(made.lastResponse.headers).toMatchObject(replayed);
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
    ['/_sandbox/faults', { path: '/v1/customers', cutAfterEffect: true, when: 'after' }],
    ['/_sandbox/faults', { path: '/v1/customers', status: 500, code: 'idempotency_key_in_use' }],
    ['/_sandbox/faults', { path: '/v1/customers', status: 500, truncateAnswer: true }],
    ['/_sandbox/clock', { advanceSeconds: -1 }],
    ['/_sandbox/webhooks/flush', { types: 'refund.*' }],
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
