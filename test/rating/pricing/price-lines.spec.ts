import { counterKeyOf } from '../../../src/rating/pricing/dimensions.js';
import { NO_POSITION, type Position } from '../../../src/rating/pricing/position.js';
import { priceLines } from '../../../src/rating/pricing/price-lines.js';
import { quantityText } from '../../../src/rating/pricing/quantity.js';
import { toText } from '../../../src/rating/pricing/ratio.js';
import type { RatePrice, RateTerms } from '../../../src/rating/rates/rate-version.js';
import {
  aCard,
  aLine,
  cardsOf,
  METER,
  perPackage,
  perUnit,
  quantity,
  shown,
  tiered,
} from '../../support/make/rates.js';

const ALL = counterKeyOf(METER, {});

/** What lines of these quantities cost, one after the other. */
function priced(price: RatePrice, quantities: (string | number)[], terms: Partial<RateTerms> = {}, from = NO_POSITION) {
  return priceLines(
    quantities.map((value) => aLine(value)),
    cardsOf(aCard([price], terms)),
    from,
  );
}

const tenAtThree = tiered('graduated', 'month', ['10', 3], [null, 1]);

describe('what a line costs', () => {
  it.each<[what: string, price: RatePrice, quantities: (string | number)[], costs: string[]]>([
    ['a share for each unit', perUnit(3, 1000), ['1', 1000, '1500.5'], ['0.003 -> 1', '3 -> 3', '4.5015 -> 5']],
    ['a fraction that no decimal has', perUnit(10, 3), ['1', '3'], ['10/3 -> 4', '10 -> 10']],
    ['every begun package', perPackage(5, 100), ['0.000000001', '100', '100.5'], ['5 -> 5', '5 -> 5', '10 -> 10']],
    [
      'each part at its tier, in each line anew',
      tiered('graduated', 'request', ['10', 3], ['20', 2], [null, 1]),
      ['10', '10.5', '25'],
      ['30 -> 30', '31 -> 31', '55 -> 55'],
    ],
    ['each part at its tier, over the month', tenAtThree, ['6', '6', '6'], ['18 -> 18', '14 -> 14', '6 -> 6']],
    [
      'all of a line at the tier that it falls into',
      tiered('volume', 'request', ['10', 3], [null, 1]),
      ['10', '10.5'],
      ['30 -> 30', '10.5 -> 11'],
    ],
    [
      'all of a line at the tier of the month so far, this line included',
      tiered('volume', 'month', ['10', 3], [null, 1]),
      ['10', '2', '2'],
      ['30 -> 30', '2 -> 2', '2 -> 2'],
    ],
    ['nothing for nothing', perUnit(7), ['0', 0], ['0 -> 0', '0 -> 0']],
    ['nothing where the price is 0', perUnit(0), ['5'], ['0 -> 0']],
    [
      'the largest quantity',
      perUnit(1, 1_000_000_000_000),
      ['999999999999.999999999'],
      ['0.999999999999999999999 -> 1'],
    ],
  ])('is %s', (_what, price, quantities, costs) => {
    expect(shown(priced(price, quantities)).map((line) => line.replace(/^.*?: /, ''))).toEqual(costs);
  });

  it.each<[price: RatePrice, cost: string]>([
    [perUnit(3, 10), '25: 7.5 -> 8'],
    [perPackage(3, 10), '25: 9 -> 9'],
    [tiered('graduated', 'request', ['10', 3], [null, 1]), '25: 45 -> 45'],
    [tenAtThree, '25: 33 -> 33'],
    [tiered('volume', 'request', ['10', 3], [null, 1]), '25: 25 -> 25'],
    [tiered('volume', 'month', ['10', 3], [null, 1]), '25: 25 -> 25'],
  ])('is as the table of the README says, of 25 units after 6: %j', (price, cost) => {
    const after = { ...NO_POSITION, used: new Map([[ALL, quantity(6)]]) };
    expect(shown(priced(price, [25], {}, after))).toEqual([cost]);
  });

  it('lies between the limits of the card, unless nothing was used', () => {
    const limits = { minCredits: 5, maxCredits: 8 };
    expect(shown(priced(perUnit(1), ['0', '0.1', '6.5', '100'], limits))).toEqual([
      '0: 0 -> 0',
      '0.1: 5 -> 5',
      '6.5: 6.5 -> 7',
      '100: 8 -> 8',
    ]);
  });

  it('is refused by name when one request could not move it, in one line or in all', () => {
    const dear = perUnit(900_000_000_000);
    expect(shown(priced(dear, ['1']))).toEqual(['1: 900000000000 -> 900000000000']);
    expect(() => priced(dear, ['1.000000001'])).toThrow('price-out-of-range');
    expect(() => priced(dear, ['0.5', '0.500000001'])).toThrow('price-out-of-range');
    expect(shown(priced(dear, ['5'], { maxCredits: 10 }))).toEqual(['5: 10 -> 10']);
    expect(() => priced(dear, ['5'], { rounding: 'carry' })).toThrow('price-out-of-range');
    // Also where so much of it is paid already that it would be charged no more than may be.
    const paid: Position = { ...NO_POSITION, remainders: new Map([[ALL, { numerator: -5n, denominator: 1n }]]) };
    expect(shown(priced(dear, ['1'], { rounding: 'carry' }, paid))).toEqual(['1: 900000000000 -> 899999999995']);
    const beyond = perUnit(900_000_000_000, 899_999_999_999);
    expect(() => priced(beyond, ['900000000000'], { rounding: 'carry' }, paid)).toThrow('price-out-of-range');
  });
});

describe('which price', () => {
  const card = aCard([
    { match: {}, credits: 1, per: 1 },
    { match: { model: 'large' }, credits: 2, per: 1 },
    { match: { kind: 'output', model: 'large' }, credits: 3, per: 1 },
    { match: { kind: 'input', model: 'large' }, credits: 4, per: 1 },
  ]);

  it.each([
    [{}, 1],
    [{ model: 'small' }, 1],
    [{ model: 'large' }, 2],
    [{ model: 'large', kind: 'other' }, 2],
    [{ model: 'large', kind: 'output' }, 3],
    [{ colour: 'red', kind: 'input', model: 'large' }, 4],
    [{ kind: 'input' }, 1],
  ])('usage with %j has', (dimensions, credits) => {
    expect(priceLines([aLine(1, dimensions)], cardsOf(card), NO_POSITION).credits).toBe(BigInt(credits));
  });

  it('there is none for is refused, and names what was used', () => {
    const only = aCard([{ match: { model: 'large' }, credits: 2, per: 1 }], { version: 7 });
    const facts = { meter: METER, dimensions: { model: 'small' }, rateVersion: 7 };
    expect(() => priceLines([aLine(1, { model: 'small' })], cardsOf(only), NO_POSITION)).toThrow(
      expect.objectContaining({ type: 'usage-not-priced', facts }),
    );
    expect(() => priceLines([aLine(1)], new Map(), NO_POSITION)).toThrow(
      expect.objectContaining({ type: 'usage-not-priced', facts: { meter: METER, dimensions: {}, rateVersion: null } }),
    );
  });
});

describe('with rounding carry', () => {
  const carry = { rounding: 'carry' } as const;

  it('a thousand small lines cost what a large one does, and the first pays for those behind it', () => {
    const small = priced(perUnit(1, 1000), Array(1000).fill('1'), carry);
    expect(small.credits).toBe(1n);
    expect(small.lines.map(({ credits }) => credits).slice(0, 3)).toEqual([1n, 0n, 0n]);
    expect(small.position.remainders.size).toBe(0);
    expect(priced(perUnit(1, 1000), ['1000'], carry).credits).toBe(1n);
    expect(
      toText(priced(perUnit(1, 1000), ['1'], carry).position.remainders.get(ALL) ?? { numerator: 0n, denominator: 1n }),
    ).toBe('-0.999');
  });

  it('carries from one version to the next, and none of rounding up touches it', () => {
    const one = priced(perUnit(1, 4), ['1'], carry);
    const other = priced(perUnit(1, 3), ['1'], { rounding: 'up' }, one.position);
    expect(other.position.remainders).toEqual(one.position.remainders);
    const third = priced(perUnit(1, 2), ['1', '1'], carry, other.position);
    expect(shown(third)).toEqual(['1: 0.5 -> 0', '1: 0.5 -> 1']);
    expect(toText(third.position.remainders.get(ALL) ?? { numerator: 0n, denominator: 1n })).toBe('-0.75');
  });

  it('a line of 0 charges nothing, though something is owed', () => {
    const owing: Position = { ...NO_POSITION, remainders: new Map([[ALL, { numerator: 3n, denominator: 2n }]]) };
    const after = priced(perUnit(1, 2), ['0', '1'], carry, owing);
    expect(shown(after)).toEqual(['0: 0 -> 0', '1: 0.5 -> 2']);
    expect(after.position.remainders.size).toBe(0);
  });

  it('keeps the matches apart', () => {
    const card = aCard(
      [
        { match: { kind: 'input' }, credits: 1, per: 10 },
        { match: { kind: 'output' }, credits: 1, per: 10 },
      ],
      carry,
    );
    const lines = ['input', 'output', 'input'].map((kind) => aLine(5, { kind }));
    expect(priceLines(lines, cardsOf(card), NO_POSITION).lines.map(({ credits }) => credits)).toEqual([1n, 1n, 0n]);
  });
});

describe('what a plan includes', () => {
  const including = (...inclusions: [id: string, match: Record<string, string>, left: string][]): Position => ({
    ...NO_POSITION,
    inclusions: inclusions.map(([id, match, left]) => ({ id, meter: METER, match, left: quantity(left) })),
  });
  const left = ({ inclusions }: Position) => inclusions.map(({ id, left }) => `${id} ${quantityText(left)}`);

  it('is taken first, the most specific match before others, and counts in no tier', () => {
    const from = including(['any', {}, '5'], ['pdf', { format: 'pdf' }, '3'], ['png', { format: 'png' }, '9']);
    const after = priceLines([aLine(7, { format: 'pdf' }), aLine(12)], cardsOf(aCard([tenAtThree])), from);
    expect(shown(after)).toEqual(['7: 0 -> 0', '12: 31 -> 31']);
    expect(
      after.lines.map(({ included }) => included.map((part) => `${part.inclusion} ${quantityText(part.quantity)}`)),
    ).toEqual([['pdf 3', 'any 4'], ['any 1']]);
    expect(left(after.position)).toEqual(['any 0', 'pdf 0', 'png 9']);
    expect(quantityText(after.position.used.get(ALL) ?? quantity(0))).toBe('11');
  });

  it('leaves nothing to be clamped where it covers a line as a whole', () => {
    const after = priced(perUnit(1), ['2', '2'], { minCredits: 7 }, including(['any', {}, '3']));
    expect(shown(after)).toEqual(['2: 0 -> 0', '2: 7 -> 7']);
  });

  it('is of one meter', () => {
    const other = { ...NO_POSITION, inclusions: [{ id: 'x', meter: 'tokens', match: {}, left: quantity(9) }] };
    expect(priced(perUnit(1), ['2'], {}, other).credits).toBe(2n);
  });
});
