import { eventually } from '../support/eventually.js';
import { givenSandbox, useSandbox } from '../support/given.js';

const given = useSandbox();

const key = { authorization: 'Bearer sk_test_sandbox' };
const form = { ...key, 'content-type': 'application/x-www-form-urlencoded' };

const ask = async (method: string, path: string, headers: Record<string, string> = key, body?: string) => {
  const response = await fetch(`${given.sandbox.url}${path}`, { method, headers, body });
  return { status: response.status, text: await response.text() };
};

describe('a request', () => {
  it.each(['/v1/nothing', '/v1/customers/', '//v1/customers', '/V1/customers', '/v1/customers/search', '/v1/a%zz'])(
    'for %s leads nowhere, and is told so as Stripe does',
    async (path) => {
      const { status, text } = await ask('GET', path);
      expect({ status, type: JSON.parse(text).error.type }).toEqual({ status: 404, type: 'invalid_request_error' });
      expect(text).toContain(`Unrecognized request URL (GET: ${path})`);
    },
  );

  it('with an id that cannot be decoded names nothing that there is', async () => {
    expect((await ask('GET', '/v1/customers/%zz')).status).toBe(404);
    expect((await ask('GET', '/c/pay/%zz', {})).text).toContain('There is nothing to pay here');
  });

  it.each(['application/json', 'nonsense'])('with a body of type %s is refused as Stripe does', async (type) => {
    const { status, text } = await ask('POST', '/v1/customers', { ...key, 'content-type': type }, 'name=Ann');
    expect(status).toBe(400);
    expect(JSON.parse(text).error.message).toContain('bodies must be application/x-www-form-urlencoded');
  });

  it('may have a body of a megabyte, and no more', async () => {
    const { status, text } = await ask('POST', '/v1/customers', form, `name=${'a'.repeat(1024 * 1024)}`);
    expect({ status, text }).toEqual({ status: 413, text: 'A body may have up to 1048576 bytes.' });
  });

  it('in another way than a browser comes finds no page', async () => {
    expect((await ask('PUT', '/c/pay/cs_1', {})).status).toBe(404);
    expect((await ask('GET', '/_sandbox/nothing', {})).text).toContain('no control GET /_sandbox/nothing');
  });

  it('that runs when the sandbox is closed is answered', async () => {
    const other = await givenSandbox();
    await other.control('/_sandbox/faults', { path: '/v1/customers', delayMs: 500 });
    const asked = other.stripe.customers.create({ name: 'Ann' });
    const waiting = async () =>
      (await (await fetch(`${other.sandbox.url}/_sandbox/faults`)).json()) as { faults: unknown[] };
    await eventually(waiting, ({ faults }) => faults.length === 0);
    await other.end();
    expect(await asked).toMatchObject({ object: 'customer', name: 'Ann' });
  });
});
