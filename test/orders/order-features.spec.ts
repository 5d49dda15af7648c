import { addDays } from '../../src/kernel/clock.js';
import { featuresOpenBy } from '../../src/orders/order-features.js';

type FeatureOrder = Parameters<typeof featuresOpenBy>[0];

const fulfilledAt = new Date('2026-12-01T12:00:00.000Z');

function order(given: Partial<FeatureOrder> = {}, product: Partial<FeatureOrder['product']> = {}): FeatureOrder {
  return {
    productKey: 'guide',
    chargedMinor: 500n,
    refundedMinor: 0n,
    disputedMinor: 0n,
    fulfilledAt,
    product: { name: 'Guide', kind: 'feature', credits: 0, validityDays: null, features: [], ...product },
    ...given,
  };
}
const opened = (of: FeatureOrder) => featuresOpenBy(of).map(({ feature }) => feature);

it.each([
  ['what a feature lists', order({}, { features: ['a', 'b'] }), ['a', 'b']],
  ['itself where it lists nothing', order(), ['guide']],
  ['nothing before it is paid', order({ fulfilledAt: null, chargedMinor: null }), []],
  ['nothing for a pack without features', order({}, { kind: 'pack' }), []],
  ['what a pack lists', order({}, { kind: 'pack', features: ['a'] }), ['a']],
  ['nothing for a plan, which its subscription opens', order({}, { kind: 'plan', features: ['a'] }), []],
  ['it while a part is back', order({ refundedMinor: 100n }), ['guide']],
  [
    'nothing while a part is back and the product says so',
    order({ refundedMinor: 1n }, { onPartialRefund: 'close' }),
    [],
  ],
  ['nothing once all is back', order({ refundedMinor: 500n }), []],
  ['nothing once refunds and disputes have it all', order({ refundedMinor: 200n, disputedMinor: 300n }), []],
  ['what cost nothing', order({ chargedMinor: 0n }), ['guide']],
])('a paid order opens %s', (_what, of, features) => {
  expect(opened(of)).toEqual(features);
});

it('closes when what was bought is no longer valid', () => {
  expect(featuresOpenBy(order({}, { validityDays: 30 }))).toEqual([
    { feature: 'guide', expiresAt: addDays(fulfilledAt, 30) },
  ]);
});
