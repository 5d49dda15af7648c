import { useScrip } from '../support/service/scrip.js';

const scrip = useScrip();
const many = <T>(count: number, item: T): T[] => Array(count).fill(item);
const line = { meter: 'pages', quantity: 1 };
const price = { match: {}, credits: 1 };
const dear = { match: { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' }, credits: 1, per: 2, whole: true };
const of = '/v1/accounts/nobody/spends/spd_1';

it.each<[what: string, path: string, pointer: string, limit: string, body: (count: number) => object]>([
  ['lines of a spend', '/v1/spends', '/lines', '20 lines', (count) => ({ accountId: 'ada', lines: many(count, line) })],
  ['lines of a quote', '/v1/quotes', '/lines', '20 lines', (count) => ({ lines: many(count, line) })],
  [
    'lines of a correction',
    `${of}/corrections`,
    '/lines',
    '20 lines',
    (count) => ({ lines: many(count, line), reason: 'r' }),
  ],
  ['places', `${of}/reversals`, '/lines', '20 places', (count) => ({ lines: many(count, 0), reason: 'r' })],
  ['prices', '/v1/meters/pages/rates', '/prices', '500 prices', (count) => ({ prices: many(count, price) })],
  [
    'prices of many values',
    '/v1/meters/pages/rates',
    '/prices',
    '500 prices',
    (count) => ({ prices: many(count, dear) }),
  ],
  [
    'tiers',
    '/v1/meters/pages/rates',
    '/prices/0/tiers',
    '100 tiers',
    (count) => ({ prices: [{ match: {}, tiers: many(count, { upTo: 1, credits: 1 }) }] }),
  ],
])(
  'of too many %s it is said how many there may be, however many there are',
  async (_what, path, pointer, limit, body) => {
    for (const count of [501, 999, 1_001, 5_000]) {
      const { status, body: told } = await scrip.call('POST', path, body(count), { idempotencyKey: 'k' });
      expect(status).toBe(400);
      expect(told.errors).toContainEqual({ pointer, detail: `must hold at most ${limit}` });
    }
  },
);
