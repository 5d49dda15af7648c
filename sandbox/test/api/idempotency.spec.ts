import { givenPayment, stripeAt, useSandbox } from '../support/given.js';

const given = useSandbox();

const post = (path: string, key: string, body: Record<string, string>) =>
  fetch(`${given.sandbox.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox', 'idempotency-key': key },
    body: new URLSearchParams(body),
  });

describe('an idempotency key', () => {
  it('replays the answer and has one effect', async () => {
    const first = await post('/v1/customers', 'replay', { name: 'Once', description: 'x' });
    const again = await post('/v1/customers', 'replay', { description: 'x', name: 'Once' });
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(await again.text()).toBe(await first.text());
    expect((await given.stripe.events.list({ type: 'customer.created' })).data).toHaveLength(1);
  });

  it('is refused with other parameters or on another endpoint', async () => {
    await post('/v1/customers', 'other', { name: 'A' });
    for (const answer of [
      await post('/v1/customers', 'other', { name: 'B' }),
      await post('/v1/products', 'other', { name: 'A' }),
    ]) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { type: 'idempotency_error' } });
    }
  });

  it('is in use while its first call has not been answered', async () => {
    await given.control('/_sandbox/faults', { path: '/v1/customers', method: 'POST', delayMs: 400 });
    const first = post('/v1/customers', 'flight', { name: 'Slow' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const second = await post('/v1/customers', 'flight', { name: 'Slow' });
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ error: { code: 'idempotency_key_in_use' } });
    expect((await first).status).toBe(200);
    const sdk = stripeAt(given.sandbox.url, 'sk_test_sandbox', 2);
    const replayed = await sdk.customers.create({ name: 'Slow' }, { idempotencyKey: 'flight' });
    expect(replayed.name).toBe('Slow');
  });

  it('is free again after a validation failure, and keeps a refusal that came of running', async () => {
    expect((await post('/v1/customers', 'invalid', { nonsense: '1' })).status).toBe(400);
    expect((await post('/v1/customers', 'invalid', { name: 'Valid' })).status).toBe(200);

    const { intentId } = await givenPayment(given.stripe);
    const tooMuch = { payment_intent: intentId, amount: '5000' };
    expect((await post('/v1/refunds', 'too-much', tooMuch)).status).toBe(400);
    const again = await post('/v1/refunds', 'too-much', tooMuch);
    expect(again.status).toBe(400);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('may have 255 characters', async () => {
    expect((await post('/v1/customers', 'k'.repeat(255), { name: 'Long' })).status).toBe(200);
    expect((await post('/v1/customers', 'k'.repeat(256), { name: 'Too long' })).status).toBe(400);
  });
});
