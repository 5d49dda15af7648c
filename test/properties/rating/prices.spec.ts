import fc from 'fast-check';
import { counterKeyOf, type Dimensions } from '../../../src/rating/pricing/dimensions.js';
import { giveBackLines, type SpentLine, spentLines } from '../../../src/rating/pricing/give-back.js';
import { NO_POSITION, type Position, sumOfParts } from '../../../src/rating/pricing/position.js';
import { priceLines, type RateCard, type UsageLine } from '../../../src/rating/pricing/price-lines.js';
import { NO_QUANTITY, type Quantity, UNIT } from '../../../src/rating/pricing/quantity.js';
import { add, type Ratio, ratio, subtract, toText, whole, ZERO } from '../../../src/rating/pricing/ratio.js';
import { aCard, cardsOf, METER } from '../../support/make/rates.js';
import { card, inclusions, line, price } from './cards.js';
import { type ModelLine, PARTS, PriceModel, STEPS } from './price-model.js';

const RUNS = process.env.SCRIP_SOAK === '1' ? 10_000 : 300;

const quantityOfSteps = (steps: number) => ((BigInt(steps) * UNIT) / BigInt(STEPS)) as Quantity;
const usageOf = ({ steps, dimensions: those }: ModelLine): UsageLine => ({
  meter: METER,
  quantity: quantityOfSteps(steps),
  dimensions: those,
});
const positionWith = (those: { match: Dimensions; steps: number }[]): Position => ({
  ...NO_POSITION,
  inclusions: those.map(({ match, steps }, index) => ({
    id: `${index}`,
    meter: METER,
    match,
    left: quantityOfSteps(steps),
  })),
});

describe(`${RUNS} random histories of prices`, () => {
  it('cost what a model costs them that counts step by step, across versions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(card, fc.array(line, { minLength: 1, maxLength: 4 })), { minLength: 1, maxLength: 4 }),
        inclusions,
        (versions, included) => {
          const model = new PriceModel(included.map((one) => ({ ...one })));
          let position = positionWith(included);
          for (const [terms, lines] of versions)
            for (const one of lines) {
              const expected = model.charge(terms, one);
              const run = () => priceLines([usageOf(one)], cardsOf(aCard(terms.prices, terms)), position);
              if (expected === 'not-priced') {
                expect(run).toThrow('usage-not-priced');
                continue;
              }
              const priced = run();
              position = priced.position;
              const [first] = priced.lines;
              expect(priced.credits).toBe(expected.credits);
              expect(first?.price).toEqual(ratio(expected.parts, PARTS));
              expect(sumOfParts(first?.included ?? [])).toBe(quantityOfSteps(expected.includedSteps));
            }
          expect(position.inclusions.map(({ left }) => left)).toEqual(
            model.inclusions.map(({ steps }) => quantityOfSteps(steps)),
          );
          expect([...position.used.values()].sort()).toEqual(
            [...model.used.values()]
              .filter((steps) => steps > 0)
              .map(quantityOfSteps)
              .sort(),
          );
          const owed = [...model.remainders.values()].filter((parts) => parts !== 0n);
          expect([...position.remainders.values()].map(toText).sort()).toEqual(
            owed.map((parts) => toText(ratio(parts, PARTS))).sort(),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  const smooth = price.filter((one) =>
    'tiers' in one ? one.mode === 'graduated' && one.by === 'month' : one.whole !== true,
  );

  it('with carry, any split and order of usage charges what one event of the sum would', () => {
    const split = fc.array(fc.bigInt({ min: 0n, max: 3n * UNIT }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(smooth, split, (one, parts) => {
        const cards = cardsOf(aCard([{ ...one, match: {} }], { rounding: 'carry' }));
        const linesOf = (quantities: bigint[]) =>
          quantities.map((quantity) => ({ meter: METER, quantity: quantity as Quantity, dimensions: {} }));
        const whole = priceLines(linesOf([parts.reduce((sum, part) => sum + part, 0n)]), cards, NO_POSITION);
        for (const order of [parts, parts.toReversed(), parts.toSorted()]) {
          const pieces = priceLines(linesOf(order), cards, NO_POSITION);
          expect(pieces.credits).toBe(whole.credits);
          expect(pieces.position).toEqual(whole.position);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('that are reversed leave what would be there without them, in any order, and in the end nothing', () => {
    const spend = fc.record({
      do: fc.constant('spend' as const),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    const version = fc.record({ do: fc.constant('version' as const), terms: card });
    const reverse = fc.record({
      do: fc.constant('reverse' as const),
      which: fc.nat({ max: 9 }),
      places: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        card,
        fc.array(fc.oneof(spend, spend, version, reverse), { maxLength: 12 }),
        inclusions,
        (first, steps, included) => {
          const start = positionWith(included);
          const spends: SpentLine[][] = [];
          let cards: ReadonlyMap<string, RateCard> = cardsOf(aCard(first.prices, first));
          let position = start;
          let charged = 0n;
          const undo = (which: number, places: Iterable<number>) => {
            const back = giveBackLines(spends[which] ?? [], new Set(places), position);
            position = back.position;
            spends[which] = back.lines;
            charged -= back.credits;
          };
          for (const step of steps) {
            if (step.do === 'version') cards = cardsOf(aCard(step.terms.prices, step.terms));
            else if (step.do === 'reverse') undo(step.which % (spends.length || 1), step.places);
            else {
              const known = step.lines.map(usageOf).filter((one) => cards.get(METER)?.prices.find(one.dimensions));
              const priced = priceLines(known, cards, position);
              position = priced.position;
              charged += priced.credits;
              spends.push(spentLines(priced.lines));
            }
            expectToAgree(position, spends.flat(), start);
          }
          for (const which of spends.keys()) undo(which, [0, 1, 2]);
          expect(charged).toBe(0n);
          expect(position).toEqual(start);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/** Counters, remainders and inclusions are sums over the lines that were not undone, whatever came in between. */
function expectToAgree(position: Position, lines: SpentLine[], start: Position): void {
  const used = new Map<string, bigint>();
  const remainders = new Map<string, Ratio>();
  const left = new Map(start.inclusions.map((one) => [one.id, one.left as bigint]));
  for (const { line: one, isUndone } of lines) {
    if (isUndone) continue;
    const key = counterKeyOf(METER, one.match);
    const charged = one.quantity - sumOfParts(one.included);
    used.set(key, (used.get(key) ?? 0n) + charged);
    if (one.rounding === 'carry')
      remainders.set(key, add(remainders.get(key) ?? ZERO, subtract(one.price, whole(one.credits))));
    for (const { inclusion, quantity } of one.included) left.set(inclusion, (left.get(inclusion) ?? 0n) - quantity);
  }
  const isThere = <T>(map: ReadonlyMap<string, T>, isZero: (value: T) => boolean) =>
    new Map([...map].filter(([, one]) => !isZero(one)).sort());
  expect(isThere(position.used, () => false)).toEqual(isThere(used, (one) => one === BigInt(NO_QUANTITY)));
  expect(isThere(position.remainders, () => false)).toEqual(isThere(remainders, ({ numerator }) => numerator === 0n));
  expect(position.inclusions.map((one) => left.get(one.id))).toEqual(position.inclusions.map((one) => one.left));
}
