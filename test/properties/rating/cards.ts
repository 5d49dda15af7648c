import fc from 'fast-check';
import type { Dimensions } from '../../../src/rating/pricing/dimensions.js';
import { findTie } from '../../../src/rating/pricing/find-tie.js';
import { type ModelCard, type ModelLine, type ModelPrice, PERS, STEPS } from './price-model.js';

// Random rate cards and usage, of a few dimensions and values, so that they meet often.

const value = fc.constantFrom('1', '2');
const dimensions: fc.Arbitrary<Dimensions> = fc.dictionary(fc.constantFrom('a', 'b'), value, { noNullPrototype: true });
const credits = fc.nat({ max: 12 });
const per = fc.constantFrom(...PERS);

function tiersOf(widths: number[], prices: { credits: number; per: number }[]) {
  let end = 0;
  return prices.map((price, index) => {
    end += widths[index] ?? 1;
    return { ...price, upTo: index === prices.length - 1 ? null : `${end / STEPS}` };
  });
}

export const price: fc.Arbitrary<ModelPrice> = fc.oneof(
  fc.record({ match: dimensions, credits, per }),
  fc.record({ match: dimensions, credits, per: fc.constantFrom(1, 2, 5), whole: fc.constant(true) }),
  fc.record({
    match: dimensions,
    mode: fc.constantFrom('graduated' as const, 'volume' as const),
    by: fc.constantFrom('request' as const, 'month' as const),
    tiers: fc
      .tuple(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.record({ credits, per }), { minLength: 1, maxLength: 3 }),
      )
      .map(([widths, prices]) => tiersOf(widths, prices)),
  }),
);
const limit = fc.option(fc.nat({ max: 20 }), { freq: 2 });
export const card: fc.Arbitrary<ModelCard> = fc
  .record({
    prices: fc.array(price, { minLength: 1, maxLength: 5 }),
    rounding: fc.constantFrom('up' as const, 'carry' as const),
    minCredits: limit,
    maxCredits: limit,
  })
  .filter(({ prices }) => findTie(prices.map(({ match }) => match)) === undefined)
  .map((made) => {
    const isCrossed = made.minCredits !== null && made.maxCredits !== null && made.minCredits > made.maxCredits;
    return isCrossed ? { ...made, minCredits: null } : made;
  });
export const line: fc.Arbitrary<ModelLine> = fc.record({ steps: fc.nat({ max: 25 }), dimensions });
export const inclusions = fc.array(fc.record({ match: dimensions, steps: fc.nat({ max: 15 }) }), { maxLength: 3 });
