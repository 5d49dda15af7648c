import { type Rooms, startRooms } from '../http/rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms();
});
afterAll(() => rooms.stop());

const offer = { kind: 'pack', name: 'Mega', credits: 500, prices: [{ currency: 'usd', amountMinor: 20_000 }] };
const put = (key: string, body: unknown) => rooms.call('PUT', `/v1/products/${key}`, body);

it('starts with the default catalogue', async () => {
  const { body } = await rooms.call('GET', '/v1/products');
  const shown = body.data.map(
    (product: {
      kind: string;
      key: string;
      credits: number;
      prices: unknown;
      features: string[];
      interval: string | null;
    }) => [product.kind, product.key, product.credits, product.prices, product.features, product.interval],
  );
  const usd = (amountMinor: number) => [{ currency: 'usd', amountMinor }];
  expect(shown.reverse()).toEqual([
    ['pack', 'starter', 5, usd(500), [], null],
    ['pack', 'basic', 12, usd(1000), [], null],
    ['pack', 'pro', 30, usd(2000), [], null],
    ['pack', 'enterprise', 100, usd(5000), [], null],
    ['plan', 'basic-monthly', 20, usd(1500), ['history'], 'month'],
    ['plan', 'pro-monthly', 50, usd(3000), ['history', 'priority'], 'month'],
    ['plan', 'team-monthly', 200, usd(9900), ['history', 'priority', 'team'], 'month'],
  ]);
});

it('adds a product, replaces its offer, and keeps what was offered before', async () => {
  const made = await put('mega', { ...offer, validityDays: 365 });
  expect(made).toMatchObject({
    status: 201,
    body: { key: 'mega', ...offer, validityDays: 365, features: [], interval: null, active: true, revision: 1 },
  });

  const prices = [
    { currency: 'usd', amountMinor: 21_000 },
    { currency: 'eur', amountMinor: 19_000 },
  ];
  const changed = await put('mega', { ...offer, prices });
  expect(changed).toMatchObject({ status: 200, body: { validityDays: null, revision: 2 } });
  expect(changed.body.prices).toEqual([prices[1], prices[0]]);
  expect((await rooms.call('GET', '/v1/products/mega')).body).toEqual(changed.body);

  expect((await put('mega', { ...offer, prices: prices.toReversed() })).body.revision).toBe(2);

  const revisions = await rooms.database.query<{ revision: number; offer: { prices: unknown }; api_key_id: string }>(
    `select revision, offer, api_key_id from product_revisions where product_key = 'mega' order by revision`,
  );
  expect(revisions.map(({ revision, offer }) => [revision, offer.prices])).toEqual([
    [1, offer.prices],
    [2, [prices[1], prices[0]]],
  ]);
  expect(revisions[0]?.api_key_id).toMatch(/^key_/);
  await expect(rooms.database.query('delete from product_revisions')).rejects.toThrow('append-only');
});

it('never changes the kind of a product', async () => {
  expect(await put('basic', { ...offer, kind: 'plan' })).toMatchObject({
    status: 409,
    body: { type: '/problems/product-kind-fixed', product: 'basic', kind: 'pack', requestedKind: 'plan' },
  });
});

it('fills in what a plan or a feature leaves open', async () => {
  expect((await put('yearly', { ...offer, kind: 'plan', interval: 'year' })).body.interval).toBe('year');
  expect((await put('monthly', { ...offer, kind: 'plan' })).body.interval).toBe('month');
  expect((await put('export', { kind: 'feature', name: 'Export', features: ['export'] })).body).toMatchObject({
    credits: 0,
    prices: [],
  });
});

it('keeps what a plan tries, rolls over and is for, and what a refund does to a feature', async () => {
  const plan = {
    ...offer,
    kind: 'plan',
    interval: 'year',
    trialDays: 14,
    trialCredits: 5,
    rollover: { capCredits: 10, months: 2 },
    seats: 5,
  };
  const made = await put('club', plan);
  expect(made).toMatchObject({ status: 201, body: { ...plan, onPartialRefund: null, fulfilment: null } });
  expect((await rooms.call('GET', '/v1/products/club')).body).toEqual(made.body);
  expect((await put('club', plan)).body.revision).toBe(1);
  const less = await put('club', { ...plan, rollover: {}, trialDays: null, trialCredits: 0 });
  expect(less.body).toMatchObject({ revision: 2, rollover: { capCredits: null, months: 1 }, trialDays: null });
  const none = await put('club', { ...offer, kind: 'plan' });
  expect(none.body).toMatchObject({ rollover: null, trialDays: null, trialCredits: 0, seats: null, interval: 'month' });

  const booking = { kind: 'feature', name: 'Room', fulfilment: 'booking', onPartialRefund: 'close' };
  expect((await put('room', booking)).body).toMatchObject(booking);
  expect((await put('guide', { kind: 'feature', name: 'Guide' })).body).toMatchObject({
    fulfilment: 'access',
    onPartialRefund: 'keep',
  });
});

it('keeps what a plan includes, in one form however it is sent', async () => {
  const { credits: _, ...free } = { ...offer, kind: 'plan' };
  const included = [
    { meter: 'pages', quantity: 1000 },
    { meter: 'pages', match: { size: 'a3', color: 'yes' }, quantity: '0.50' },
  ];
  const made = await put('pages-plan', { ...free, included });
  const kept = [
    { meter: 'pages', match: {}, quantity: '1000' },
    { meter: 'pages', match: { color: 'yes', size: 'a3' }, quantity: '0.5' },
  ];
  expect(made).toMatchObject({ status: 201, body: { credits: 0, included: kept } });
  expect((await rooms.call('GET', '/v1/products/pages-plan')).body).toEqual(made.body);
  expect((await put('pages-plan', { ...free, included: kept })).body.revision).toBe(1);
  expect((await put('pages-plan', { ...free, credits: 5 })).body).toMatchObject({ revision: 2, included: [] });
  const unknown = await put('pages-plan', { ...free, included: [{ meter: 'nothing', quantity: 1 }] });
  expect(unknown).toMatchObject({ status: 404, body: { type: '/problems/meter-not-found', meter: 'nothing' } });
});

/** Longer than usage can be counted by. */
const LONG = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`n${index}`, 'ü'.repeat(125)]));

it.each([
  ['/included', { ...offer, included: [{ meter: 'pages', quantity: 1 }] }],
  ['/included', { ...offer, kind: 'plan', included: Array(21).fill({ meter: 'pages', quantity: 1 }) }],
  ['/included/0/quantity', { ...offer, kind: 'plan', included: [{ meter: 'pages', quantity: 0 }] }],
  ['/included/0/quantity', { ...offer, kind: 'plan', included: [{ meter: 'pages', quantity: -1 }] }],
  ['/included/0/meter', { ...offer, kind: 'plan', included: [{ meter: 'No Meter', quantity: 1 }] }],
  ['/included/0/match', { ...offer, kind: 'plan', included: [{ meter: 'pages', quantity: 1, match: { a: 1 } }] }],
  ['/included/0/match', { ...offer, kind: 'plan', included: [{ meter: 'pages', quantity: 1, match: LONG }] }],
  ['/included/1', { ...offer, kind: 'plan', included: Array(2).fill({ meter: 'pages', quantity: 1 }) }],
  ['/credits', { ...offer, kind: 'plan', credits: 0, included: [] }],
  ['/trialDays', { ...offer, trialDays: 14 }],
  ['/trialDays', { ...offer, kind: 'plan', trialDays: 731 }],
  ['/trialCredits', { ...offer, kind: 'plan', trialCredits: 5 }],
  ['/rollover', { ...offer, rollover: {} }],
  ['/rollover', { ...offer, kind: 'plan', rollover: 'all' }],
  ['/rollover/capCredits', { ...offer, kind: 'plan', rollover: { capCredits: 0 } }],
  ['/rollover/months', { ...offer, kind: 'plan', rollover: { months: 0 } }],
  ['/seats', { ...offer, kind: 'plan', seats: 0 }],
  ['/fulfilment', { ...offer, fulfilment: 'access' }],
  ['/onPartialRefund', { ...offer, kind: 'feature', onPartialRefund: 'half' }],
  ['/credits', { ...offer, credits: 0 }],
  ['/credits', { ...offer, credits: -5 }],
  ['/credits', { ...offer, credits: 1.5 }],
  ['/credits', { ...offer, credits: '500' }],
  ['/credits', { ...offer, credits: undefined }],
  ['/prices', { ...offer, prices: [] }],
  ['/prices', { ...offer, prices: undefined }],
  ['/prices', { ...offer, prices: [...offer.prices, ...offer.prices] }],
  ['/prices/0/currency', { ...offer, prices: [{ currency: 'USD', amountMinor: 1 }] }],
  ['/prices/0/currency', { ...offer, prices: [{ currency: 'dollar', amountMinor: 1 }] }],
  ['/prices/0/amountMinor', { ...offer, prices: [{ currency: 'usd', amountMinor: 0 }] }],
  ['/prices/0/amountMinor', { ...offer, prices: [{ currency: 'usd', amountMinor: -1 }] }],
  ['/prices/0/amountMinor', { ...offer, prices: [{ currency: 'usd', amountMinor: 9.99 }] }],
  ['/prices/0/amountMinor', { ...offer, prices: [{ currency: 'usd', amountMinor: '1000' }] }],
  ['/validityDays', { ...offer, validityDays: 0 }],
  ['/interval', { ...offer, interval: 'month' }],
  ['/interval', { ...offer, kind: 'plan', interval: 'week' }],
  ['/features', { ...offer, features: ['A B'] }],
  ['/kind', { ...offer, kind: 'coupon' }],
  ['/name', { ...offer, name: ' ' }],
  ['/active', { ...offer, active: 'yes' }],
  ['/stock', { ...offer, stock: 5 }],
])('refuses a wrong %s', async (pointer, body) => {
  const reply = await put('wrong', body);
  expect(reply).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
  expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
});

it('refuses a key outside the grammar, and knows no other', async () => {
  expect((await put('Mega%20Pack', offer)).body.errors[0]).toMatchObject({ pointer: '/key', in: 'path' });
  expect((await rooms.call('GET', '/v1/products/nope')).body).toMatchObject({
    type: '/problems/product-not-found',
    product: 'nope',
  });
});

it('lets concurrent changes follow one another', async () => {
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) => put('contested', { ...offer, credits: 100 + index })),
  );
  expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1);
  expect(replies.map((reply) => reply.body.revision).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it.each([
  ['xxx', 1000, '/prices/0/currency', 'must be a currency that Stripe charges'],
  ['zzz', 1000, '/prices/0/currency', 'must be a currency that Stripe charges'],
  ['USD', 1000, '/prices/0/currency', 'must be a currency that Stripe charges'],
  ['isk', 1050, '/prices/0/amountMinor', 'must be a multiple of 100 in isk'],
  ['kwd', 1005, '/prices/0/amountMinor', 'must be a multiple of 10 in kwd'],
])('refuses a price that could never be charged: in %s, of %i', async (currency, amountMinor, pointer, detail) => {
  expect(await put('never', { ...offer, prices: [{ currency, amountMinor }] })).toMatchObject({
    status: 400,
    body: { type: '/problems/validation-failed', errors: [{ pointer, detail: expect.stringContaining(detail) }] },
  });
  expect((await rooms.call('GET', '/v1/products/never')).status).toBe(404);
});
