import { readFileSync } from 'node:fs';
import { apiVersion, publishedVersions } from '../../api/version.js';
import { useSandbox } from '../support/given.js';

const given = useSandbox();

/** A bare call, as an SDK of another language and age makes it. */
async function ask(path: string, { version = '', key = 'sk_test_1' }: { version?: string; key?: string } = {}) {
  const headers = { authorization: `Bearer ${key}`, ...(version !== '' && { 'stripe-version': version }) };
  const answer = await fetch(`${given.sandbox.url}${path}`, { headers });
  const { error } = (await answer.json()) as { error?: { message: string; code?: string; type: string } };
  return { status: answer.status, version: answer.headers.get('stripe-version'), error };
}

describe('an API version that is asked for', () => {
  it.each(['', ...publishedVersions])('as %s is answered in the one that is spoken', async (version) => {
    expect(await ask('/v1/customers', { version })).toEqual({ status: 200, version: apiVersion, error: undefined });
  });

  it.each([
    '2025-03-31.acacia',
    'nonsense',
    '2020-03-02',
    '2011-01-01',
    '2025-03-31',
    '2020-08-27.basil',
    '2099-01-01',
  ])('as %s is refused, since Stripe never published it or it is too old', async (version) => {
    const answer = await ask('/v1/customers', { version });
    expect(answer).toMatchObject({ status: 400, version: apiVersion, error: { type: 'invalid_request_error' } });
    expect(answer.error?.message).toContain(version);
    expect(answer.error?.message).toContain(apiVersion);
  });

  it('are those that the SDK names, from the oldest that is understood on', () => {
    const types = readFileSync('node_modules/stripe/esm/resources/WebhookEndpoints.d.ts', 'utf8');
    const line = types.split('\n').find((each) => each.includes('type ApiVersion ='));
    const named = [...(line ?? '').matchAll(/'([^']+)'/g)].map(([, version]) => String(version));
    expect(publishedVersions).toEqual(named.slice(named.indexOf('2020-08-27')));
  });

  it('stands in what is said of a name that this version does not have', async () => {
    await given.stripe.customers.create({ name: 'Ann' });
    const paths = [
      '/v1/customers?plan=gold',
      '/v1/customers?expand[]=data.cards',
      '/v1/customers?expand[]=data.a.b.c.d.e',
    ];
    for (const path of paths) {
      const { status, error } = await ask(path, { version: '2020-08-27' });
      expect([status, error?.message]).toEqual([400, expect.stringContaining(apiVersion)]);
    }
  });
});

describe('a word that stands where an id does', () => {
  const listed = ['charges', 'customers', 'invoices', 'payment_intents', 'prices', 'products', 'subscriptions'];
  it.each([
    ...[...listed, 'refunds', 'coupons', 'disputes', 'setup_intents'].map((name) => `/v1/${name}/search?query=x`),
    '/v1/invoices/upcoming?customer=cus_1',
    '/v1/invoices/upcoming/lines',
    '/v1/invoices/create_preview',
  ])('%s is taken for no id', async (path) => {
    const { status, error } = await ask(path);
    expect([status, error?.code]).toEqual([404, undefined]);
    expect(error?.message).toContain('Unrecognized request URL');
  });
});
