import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';

const scrip = useScrip();
const quote = (body: unknown) => scrip.call('POST', '/v1/quotes', body);

beforeAll(async () => {
  await scrip.call('PUT', '/v1/meters/minutes', { name: 'Minutes', unit: 'minute' });
  const tiers = [
    { upTo: 10, credits: 3 },
    { upTo: null, credits: 1 },
  ];
  await scrip.call('POST', '/v1/meters/minutes/rates', {
    prices: [
      { match: {}, tiers, by: 'month' },
      { match: { quality: 'draft' }, credits: 10, per: 3 },
    ],
  });
});

it('tells what one line would cost, to the fraction, and whether it can be paid', async () => {
  const account = await openAccount(scrip, 'ada');
  await account.grant(12);
  const answer = await quote({ accountId: 'ada', meter: 'pages', quantity: 12 });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      accountId: 'ada',
      amount: 12,
      rateVersion: 1,
      affordable: true,
      available: 12,
      lines: [
        {
          meter: 'pages',
          quantity: '12',
          dimensions: {},
          rateVersion: 1,
          price: '12',
          includedQuantity: '0',
          credits: 12,
        },
      ],
    },
  });
  expect((await quote({ accountId: 'ada', meter: 'pages', quantity: '12.000000001' })).body).toMatchObject({
    amount: 13,
    affordable: false,
    lines: [{ quantity: '12.000000001', price: '12.000000001', credits: 13 }],
  });
  await account.hold(5);
  expect((await quote({ accountId: 'ada', meter: 'pages', quantity: 8 })).body).toMatchObject({
    affordable: false,
    available: 7,
  });
  // It took nothing.
  expect(await account.standing()).toEqual({ balance: 12, held: 5, available: 7 });
});

it('prices several lines one after the other, of one meter or of many', async () => {
  const lines = [
    { meter: 'minutes', quantity: 6 },
    { meter: 'minutes', quantity: '6' },
    { meter: 'minutes', quantity: 1, dimensions: { quality: 'draft' } },
    { meter: 'pages', quantity: 0.5 },
  ];
  const { body } = await quote({ lines });
  expect(body).toMatchObject({ accountId: null, amount: 37, rateVersion: null, affordable: null, available: null });
  const shown = body.lines.map(({ price, credits }: { price: string; credits: number }) => `${price} -> ${credits}`);
  expect(shown).toEqual(['18 -> 18', '14 -> 14', '10/3 -> 4', '0.5 -> 1']);
  expect((await quote({ lines: lines.slice(0, 3) })).body.rateVersion).toBe(1);
});

it('prices tokens by model and kind, with fractions that are carried within the request', async () => {
  const tokens = (kind: string, quantity: number) => ({
    meter: 'tokens',
    quantity,
    dimensions: { model: 'large', kind },
  });
  const { body } = await quote({ lines: [tokens('input', 1200), tokens('output', 350), tokens('output', 350)] });
  const shown = body.lines.map(({ price, credits }: { price: string; credits: number }) => `${price} -> ${credits}`);
  expect(shown).toEqual(['0.0036 -> 1', '0.00525 -> 1', '0.00525 -> 0']);
});

it('refuses by name what has no price, and whom nobody knows', async () => {
  const dimensions = { model: 'unheard-of', kind: 'input' };
  expect(await quote({ meter: 'tokens', quantity: 1, dimensions })).toMatchObject({
    status: 422,
    body: { type: '/problems/usage-not-priced', meter: 'tokens', dimensions, rateVersion: 1 },
  });
  expect(await quote({ meter: 'steps', quantity: 1 })).toMatchObject({
    status: 404,
    body: { type: '/problems/meter-not-found', meter: 'steps' },
  });
  expect(await quote({ accountId: 'nobody', meter: 'pages', quantity: 1 })).toMatchObject({
    status: 404,
    body: { type: '/problems/account-not-found' },
  });
  await scrip.call('PUT', '/v1/meters/bare', { name: 'Bare', unit: 'unit' });
  expect(await quote({ meter: 'bare', quantity: 1 })).toMatchObject({
    status: 422,
    body: { type: '/problems/usage-not-priced', meter: 'bare', dimensions: {}, rateVersion: null },
  });
  expect(await quote({ meter: 'pages', quantity: '999999999999' })).toMatchObject({
    status: 422,
    body: { type: '/problems/price-out-of-range', meter: 'pages', price: '999999999999', maxCredits: 900_000_000_000 },
  });
});

describe('quantities', () => {
  it.each([
    ['0', '0'],
    ['"000000000007.500"', '7.5'],
    ['1e-7', '0.0000001'],
    ['0.1', '0.1'],
    ['123456.123456789', '123456.123456789'],
    ['"0.000000001"', '0.000000001'],
  ])('%s is taken as %s', async (sent, quantity) => {
    const { status, body } = await quote(`{"meter": "pages", "quantity": ${sent}}`);
    expect([status, body.lines?.[0].quantity]).toEqual([200, quantity]);
  });

  it.each([
    '-1',
    '"-1"',
    '0.0000000001',
    '"0.1234567891"',
    '"1e3"',
    '"1E3"',
    '"NaN"',
    '"Infinity"',
    'NaN',
    '1e300',
    '1e400',
    '1000000000000',
    '"1000000000000"',
    `"1${'0'.repeat(300)}"`,
    '"٣"',
    '" 1"',
    '"1."',
    '".5"',
    '"0x10"',
    '"1,5"',
    'null',
    'true',
    '[1]',
    '{"valueOf": 1}',
    '99999999999.999999999',
    '0.10000000000000000001',
  ])('%s is refused', async (sent) => {
    const { status, body } = await quote(`{"meter": "pages", "quantity": ${sent}}`);
    expect(status).toBe(400);
    if (sent !== 'NaN') expect(body.errors[0].pointer).toMatch(/^\/quantity/);
  });
});

it.each<[pointer: string, body: unknown]>([
  ['/meter', {}],
  ['/quantity', { meter: 'pages' }],
  ['/meter', { quantity: 1 }],
  ['/meter', { meter: 'Pages', quantity: 1 }],
  ['/meter', { meter: 'pages', lines: [{ meter: 'pages', quantity: 1 }] }],
  ['/dimensions', { dimensions: {}, lines: [{ meter: 'pages', quantity: 1 }] }],
  ['/lines', { lines: [] }],
  ['/lines', { lines: Array(21).fill({ meter: 'pages', quantity: 1 }) }],
  ['/lines', { lines: [[]] }],
  ['/lines/1/quantity', { lines: [{ meter: 'pages', quantity: 1 }, { meter: 'pages' }] }],
  ['/lines/0/price', { lines: [{ meter: 'pages', quantity: 1, price: 0 }] }],
  ['/dimensions', { meter: 'pages', quantity: 1, dimensions: { a: 1 } }],
  ['/dimensions', { meter: 'pages', quantity: 1, dimensions: { 'a b': 'x' } }],
  ['/dimensions', { meter: 'pages', quantity: 1, dimensions: { a: 'x'.repeat(201) } }],
  [
    '/dimensions',
    {
      meter: 'pages',
      quantity: 1,
      dimensions: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`d${i}`, 'x'])),
    },
  ],
  [
    '/dimensions',
    {
      meter: 'pages',
      quantity: 1,
      dimensions: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`d${i}`, 'x'])),
    },
  ],
  ['/accountId', { accountId: 'a b', meter: 'pages', quantity: 1 }],
])('refuses a wrong %s', async (pointer, body) => {
  const refused = await quote(body);
  expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
  expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
});

it('prices usage with dimensions that no price names as any other', async () => {
  const { body } = await quote({ meter: 'pages', quantity: 2, dimensions: { colour: 'red' } });
  expect(body).toMatchObject({ amount: 2, lines: [{ dimensions: { colour: 'red' } }] });
});
