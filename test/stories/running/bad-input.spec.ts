import { randomUUID } from 'node:crypto';
import { type CallOptions, useScrip } from '../../support/service/scrip.js';
import { anAccount, boughtPack, spendOf } from '../../support/shop/shop.js';

/** A refused request: what is sent, and the problem that answers it. */
interface Refused {
  what: string;
  path: string;
  body: unknown;
  problem: string;
  options?: CallOptions;
}

const TABLES = ['accounts', 'balances', 'entries', 'grants', 'spends', 'holds', 'orders', 'payment_links', 'refunds'];

describe('bad input', () => {
  const scrip = useScrip();
  let orderId: string;
  beforeAll(async () => {
    const account = await anAccount(scrip, 'ada');
    orderId = (await boughtPack(scrip, account)).id;
    await spendOf(scrip, account, 5, 'known');
  });

  /** Every row of every table of the books, as text. */
  async function allRows(): Promise<string[]> {
    const tables = TABLES.map(async (table) => {
      const rows = await scrip.sql<{ row: string }>(`select t::text as row from ${table} t order by 1`);
      return rows.map(({ row }) => `${table} ${row}`);
    });
    return (await Promise.all(tables)).flat();
  }

  const key = (): CallOptions => ({ idempotencyKey: randomUUID() });
  const spend = (what: string, body: unknown, problem: string, options?: CallOptions): Refused => ({
    what: `spend: ${what}`,
    path: '/v1/spends',
    body,
    problem,
    options: options ?? key(),
  });
  const amounts: unknown[] = [0, -5, 1.5, '5', true, null, [5], { of: 5 }, 900_000_000_001, 2 ** 53];
  const refused: Refused[] = [
    ...amounts.map((amount) => spend(`${JSON.stringify(amount)}`, { accountId: 'ada', amount }, 'validation-failed')),
    spend('1e400', '{"accountId": "ada", "amount": 1e400}', 'validation-failed'),
    spend('no amount', { accountId: 'ada' }, 'validation-failed'),
    spend('an unknown field', { accountId: 'ada', amount: 1, amuont: 1 }, 'validation-failed'),
    spend('an unknown account', { accountId: 'nobody', amount: 1 }, 'account-not-found'),
    spend('an account of a wrong form', { accountId: 'a b', amount: 1 }, 'validation-failed'),
    spend('no key', { accountId: 'ada', amount: 1 }, 'idempotency-key-required', {}),
    spend('a key of 256', { accountId: 'ada', amount: 1 }, 'validation-failed', { idempotencyKey: 'k'.repeat(256) }),
    spend('a reused key', { accountId: 'ada', amount: 6 }, 'idempotency-key-reused', { idempotencyKey: 'known' }),
    spend('more than there is', { accountId: 'ada', amount: 8 }, 'insufficient-credits'),
    spend('malformed JSON', '{"accountId": "ada", ', 'malformed-json'),
    spend('a list', '[]', 'validation-failed'),
    spend('a NUL', { accountId: 'ada', amount: 1, description: 'a\0b' }, 'validation-failed'),
    spend('too much', { accountId: 'ada', amount: 1, description: 'x'.repeat(1_100_000) }, 'payload-too-large'),
    spend('a form', 'accountId=ada&amount=1', 'unsupported-media-type', {
      ...key(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    spend('no secret key', { accountId: 'ada', amount: 1 }, 'unauthorized', { ...key(), key: null }),
    spend('an unknown secret key', { accountId: 'ada', amount: 1 }, 'unauthorized', {
      ...key(),
      key: 'sk_of_nobody_at_all',
    }),
    ...[0, -1, 101, '2', 1.5].map((quantity) => ({
      what: `checkout: quantity ${JSON.stringify(quantity)}`,
      path: '/v1/checkout-sessions',
      body: { accountId: 'ada', product: 'basic', quantity },
      problem: 'validation-failed',
    })),
    ...['/v1/payment-links', '/v1/payment-intents'].flatMap((path) => [
      {
        what: `${path}: quantity 0`,
        path,
        body: { accountId: 'ada', product: 'basic', quantity: 0 },
        problem: 'validation-failed',
      },
      {
        what: `${path}: an unknown field`,
        path,
        body: { accountId: 'ada', product: 'basic', x: 1 },
        problem: 'validation-failed',
      },
      {
        what: `${path}: an unknown product`,
        path,
        body: { accountId: 'ada', product: 'gold' },
        problem: 'product-not-found',
      },
      {
        what: `${path}: an unknown account`,
        path,
        body: { accountId: 'nobody', product: 'basic' },
        problem: 'account-not-found',
      },
      {
        what: `${path}: another currency`,
        path,
        body: { accountId: 'ada', product: 'basic', currency: 'gbp' },
        problem: 'currency-not-offered',
      },
    ]),
    {
      what: 'portal: an address that runs a script',
      path: '/v1/portal-sessions',
      body: { accountId: 'ada', returnUrl: 'javascript:alert(1)' },
      problem: 'validation-failed',
    },
    ...['https://ada:hunter2@example.com', 'https://ada@example.com/back', 'http://:x@example.com'].map(
      (returnUrl): Refused => ({
        what: `portal: credentials in the address ${returnUrl}`,
        path: '/v1/portal-sessions',
        body: { accountId: 'ada', returnUrl },
        problem: 'validation-failed',
      }),
    ),
    ...['successUrl', 'cancelUrl'].map(
      (name): Refused => ({
        what: `checkout: credentials in ${name}`,
        path: '/v1/checkout-sessions',
        body: { accountId: 'ada', product: 'basic', [name]: 'https://ada:hunter2@example.com' },
        problem: 'validation-failed',
      }),
    ),
    {
      what: 'portal: an unknown account',
      path: '/v1/portal-sessions',
      body: { accountId: 'nobody' },
      problem: 'account-not-found',
    },
    {
      what: 'checkout: an unknown product',
      path: '/v1/checkout-sessions',
      body: { accountId: 'ada', product: 'gold' },
      problem: 'product-not-found',
    },
    {
      what: 'checkout: an unknown account',
      path: '/v1/checkout-sessions',
      body: { accountId: 'nobody', product: 'basic' },
      problem: 'account-not-found',
    },
    {
      what: 'refund: an unknown order',
      path: '/v1/refunds',
      body: { orderId: 'ord_unknown' },
      problem: 'order-not-found',
      options: key(),
    },
  ];

  it.each(refused)(
    '$what is refused as $problem, and the books are what they were',
    async ({ path, body, problem, options }) => {
      const before = await allRows();
      const answer = await scrip.call('POST', path, body, options);
      expect([answer.body.type, answer.headers.get('content-type')]).toEqual([
        `/problems/${problem}`,
        'application/problem+json; charset=utf-8',
      ]);
      expect(answer.body.status).toBe(answer.status);
      expect(answer.status).toBeLessThan(500);
      expect(await allRows()).toEqual(before);
    },
  );

  it.each([0, -1, '1000', 1.5, null, 1_001])(
    'a refund of %j is refused, and the books are what they were',
    async (amountMinor) => {
      const before = await allRows();
      const { status } = await scrip.call('POST', '/v1/refunds', { orderId, amountMinor }, key());
      expect(status).toBe(amountMinor === 1_001 ? 409 : 400);
      expect(await allRows()).toEqual(before);
      expect((await scrip.checkBooks()).findings).toEqual([]);
    },
  );
});
