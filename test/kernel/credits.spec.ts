import { credits, sumCredits } from '../../src/kernel/credits.js';

it('sums more amounts than a call can take arguments', () => {
  expect(sumCredits(Array.from({ length: 500_000 }, () => credits(2)))).toBe(1_000_000n);
});
