import fc from 'fast-check';
import { shareCost } from '../../src/reports/usage/share-cost.js';

const usd = (amountMinor: bigint) => ({ currency: 'usd', amountMinor });

describe('what an entry had cost', () => {
  it('is shared out by credits, in whole minor units', () => {
    expect(shareCost([usd(10n)], [1n, 1n, 1n])).toEqual([[usd(3n)], [usd(3n)], [usd(4n)]]);
    expect(shareCost([usd(-10n)], [-1n, -3n])).toEqual([[usd(-2n)], [usd(-8n)]]);
    expect(shareCost([usd(2n), { currency: 'eur', amountMinor: 1n }], [0n, 4n])).toEqual([
      [],
      [usd(2n), { currency: 'eur', amountMinor: 1n }],
    ]);
    expect(shareCost([], [1n])).toEqual([[]]);
  });

  it('is shared out as a whole, whatever the lines', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 }),
        (amount, credits) => {
          const shares = shareCost([usd(amount)], credits).flat();
          return shares.reduce((sum, share) => sum + share.amountMinor, 0n) === amount;
        },
      ),
    );
  });
});
