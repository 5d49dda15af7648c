import { useScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';
import { haveMeters, pricesOf, type UsageOf, usageOf } from '../support/shop/usage.js';
import { anEvent, sendEvent } from '../support/shop/usage-events.js';

const scrip = useScrip();
let account: TestAccount;
let usage: UsageOf;

const TIERS = [
  { upTo: '10', credits: 3 },
  { upTo: null, credits: 1 },
];
/** One price for all usage. */
const card = (price: object, more: object = {}) => ({ prices: [{ match: {}, ...price }], ...more });

beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(1_000);
  usage = usageOf(scrip, account.id);
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

/** `price -> credits` of each of some spends, one behind the other. */
async function spentOn(meter: string, quantities: (string | number)[]): Promise<string[]> {
  const prices: string[] = [];
  for (const quantity of quantities) prices.push(...pricesOf(await usage.use({ meter, quantity })));
  return prices;
}

it.each<[form: string, terms: object, quantities: (string | number)[], costs: string[]]>([
  ['a share for each unit', card({ credits: 3, per: 10 }), [25, '0.5'], ['7.5 -> 8', '0.15 -> 1']],
  [
    'every begun package',
    card({ credits: 3, per: 10, whole: true }),
    [25, 30, '30.000000001'],
    ['9 -> 9', '9 -> 9', '12 -> 12'],
  ],
  ['tiers of a request', card({ tiers: TIERS }), [10, 25, 25], ['30 -> 30', '45 -> 45', '45 -> 45']],
  ['tiers of the month', card({ tiers: TIERS, by: 'month' }), [6, 6, 25], ['18 -> 18', '14 -> 14', '25 -> 25']],
  [
    'volume of a request',
    card({ tiers: TIERS, mode: 'volume' }),
    [10, '10.5', 10],
    ['30 -> 30', '10.5 -> 11', '30 -> 30'],
  ],
  [
    'volume of the month, what was before staying as it was',
    card({ tiers: TIERS, mode: 'volume', by: 'month' }),
    [8, 2, 1],
    ['24 -> 24', '6 -> 6', '1 -> 1'],
  ],
  [
    'limits, between which a line lies that is not 0',
    card({ credits: 1 }, { minCredits: 5, maxCredits: 8 }),
    [0, '0.1', '6.5', 100],
    ['0 -> 0', '5 -> 5', '6.5 -> 7', '8 -> 8'],
  ],
  [
    'fractions that are carried',
    card({ credits: 2, per: 3 }, { rounding: 'carry' }),
    [1, 1, 1],
    ['2/3 -> 1', '2/3 -> 1', '2/3 -> 0'],
  ],
])('a card may ask for %s', async (_form, terms, quantities, costs) => {
  const meter = `m-${account.id.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
  await haveMeters(scrip, { [meter]: terms });
  const { body: quote } = await scrip.call('POST', '/v1/quotes', {
    accountId: account.id,
    lines: quantities.map((quantity) => ({ meter, quantity })),
  });
  expect(pricesOf({ body: quote } as never)).toEqual(costs);
  expect(await spentOn(meter, quantities)).toEqual(costs);
});

it('the month and the fractions of an account go on from one version to the next', async () => {
  const tiered = { match: { kind: 'tiered' }, tiers: TIERS, by: 'month' };
  await haveMeters(scrip, { grows: { prices: [tiered, { match: {}, credits: 1, per: 4 }], rounding: 'carry' } });
  const use = async (quantity: number, kind: string) =>
    pricesOf(await usage.use({ meter: 'grows', quantity, dimensions: { kind } }));
  expect([await use(8, 'tiered'), await use(1, 'other')]).toEqual([['24 -> 24'], ['0.25 -> 1']]);
  const dearer = {
    ...tiered,
    tiers: [
      { upTo: '12', credits: 5 },
      { upTo: null, credits: 2 },
    ],
  };
  await scrip.call('POST', '/v1/meters/grows/rates', {
    prices: [dearer, { match: {}, credits: 1, per: 2 }],
    rounding: 'carry',
  });
  // Four are left of the first tier, and three quarters of a credit are paid.
  expect([await use(6, 'tiered'), await use(1, 'other'), await use(1, 'other')]).toEqual([
    ['24 -> 24'],
    ['0.5 -> 0'],
    ['0.5 -> 1'],
  ]);
  expect(await usage.counters()).toEqual([...['grows {"kind":"tiered"}: 14', 'grows {}: 3', 'grows {} carries -3/4']]);
});

it('a month is that of the calendar in UTC, from its first millisecond to its last', async () => {
  await haveMeters(scrip, { monthly: card({ tiers: TIERS, by: 'month' }) });
  const clock = stopClock(scrip.clock);
  const [year, month] = [clock.now().getUTCFullYear(), clock.now().getUTCMonth()];
  const firstMs = Date.UTC(year, month + 1, 1);
  const at = (ms: number) => new Date(ms).toISOString();
  const name = (ms: number) => `${at(ms).slice(0, 7)} monthly {}`;
  // Ten days into the new month.
  clock.advance((firstMs - clock.now().getTime()) / 1_000 + 10 * 86_400);
  await account.grant(1_000);
  const use = async (quantity: number, ms: number) =>
    pricesOf(await sendEvent(scrip, anEvent(account.id, { type: 'monthly', time: at(ms), data: { quantity } })));
  expect(await use(10, firstMs - 1)).toEqual(['30 -> 30']);
  expect(await use(10, firstMs)).toEqual(['30 -> 30']);
  expect(await use(1, firstMs - 1)).toEqual(['1 -> 1']);
  expect(await use(2, firstMs + 1)).toEqual(['2 -> 2']);
  expect(pricesOf(await usage.use({ meter: 'monthly', quantity: 3 }))).toEqual(['3 -> 3']);
  expect((await usage.kept()).used).toEqual({ [name(firstMs - 1)]: '11', [name(firstMs)]: '15' });
});
