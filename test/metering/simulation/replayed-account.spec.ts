import type { MeterSpend } from '../../../src/ledger/history/meter-usage.js';
import { SimulationTooLarge } from '../../../src/metering/metering.problems.js';
import { ReplayedAccount } from '../../../src/metering/simulation/replayed-account.js';
import { accountLine } from '../../../src/metering/simulation/simulation-lines.js';
import { Sums } from '../../../src/metering/simulation/sums.js';
import { NO_POSITION } from '../../../src/rating/pricing/position.js';
import { priceLines } from '../../../src/rating/pricing/price-lines.js';
import { aCard, aLine, cardsOf, METER, perUnit, quantity, tiered } from '../../support/make/rates.js';

const usedAt = new Date('2026-11-29T12:00:00Z');
const span = { from: new Date('2026-11-29T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') };

it('what was included stays included, and counts in no tier', () => {
  const included = { id: 'inc_1', meter: METER, match: {}, left: quantity(5) };
  const lines = [aLine(4), aLine(4), aLine(4)];
  const paid = priceLines(lines, cardsOf(aCard([perUnit(2)])), { ...NO_POSITION, inclusions: [included] });
  const draft = aCard([tiered('graduated', 'month', ['5', 10], [null, 1])]);
  const account = new ReplayedAccount('ada', { meter: METER, draft, ...span });
  const entry: MeterSpend = {
    ...{ kind: 'spend', accountId: 'ada', seq: 1n, usedAt, month: '2026-11', isReversed: false },
    lines: new Map(paid.lines.entries()),
  };
  account.take(entry);
  // Of twelve, five are included; of the seven others five are in the first tier.
  expect(account.sums).toMatchObject({
    ...{ lines: 3, quantity: quantity(12), includedQuantity: quantity(5) },
    ...{ beforeCredits: 14n, afterCredits: 52n },
  });
});

it('a sum that is larger than JSON carries is no line', () => {
  const sums = new Sums();
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const effect = { quantity: 1n, includedQuantity: 0n, beforeCredits: 1n };
  sums.add({ ...effect, afterCredits: most });
  expect(JSON.parse(accountLine({ accountId: 'ada', sums, hadHolds: false, isExact: true }))).toMatchObject({
    afterCredits: Number.MAX_SAFE_INTEGER,
  });
  sums.add({ ...effect, afterCredits: 1n });
  expect(() => accountLine({ accountId: 'ada', sums, hadHolds: false, isExact: true })).toThrow(SimulationTooLarge);
});
