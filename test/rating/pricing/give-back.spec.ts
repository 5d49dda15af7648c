import { counterKeyOf } from '../../../src/rating/pricing/dimensions.js';
import { giveBackAmount, giveBackLines, type SpentLine, spentLines } from '../../../src/rating/pricing/give-back.js';
import { NO_POSITION, type Position } from '../../../src/rating/pricing/position.js';
import { priceLines, type RateCard } from '../../../src/rating/pricing/price-lines.js';
import { quantityText } from '../../../src/rating/pricing/quantity.js';
import { toText } from '../../../src/rating/pricing/ratio.js';
import {
  aCard,
  aLine,
  cardsOf,
  inCredits,
  METER,
  perPackage,
  perUnit,
  quantity,
  tiered,
} from '../../support/make/rates.js';

const ALL = counterKeyOf(METER, {});

/** One account, as far as prices know it: each spend is told by what it was charged. */
class Story {
  position: Position = NO_POSITION;

  constructor(private readonly card: RateCard) {}

  spend(...quantities: (string | number)[]): { charged: bigint; lines: SpentLine[] } {
    const { lines, credits, position } = priceLines(
      quantities.map((value) => aLine(value)),
      cardsOf(this.card),
      this.position,
    );
    this.position = position;
    return { charged: credits, lines: spentLines(lines) };
  }

  /** Returns what was given back. */
  reverse(lines: readonly SpentLine[], ...places: number[]): bigint {
    const back = giveBackLines(lines, new Set(places.length > 0 ? places : lines.keys()), this.position);
    this.position = back.position;
    return back.credits;
  }

  get used(): string {
    return quantityText(this.position.used.get(ALL) ?? quantity(0));
  }

  get remainder(): string {
    const remainder = this.position.remainders.get(ALL);
    return remainder === undefined ? '0' : toText(remainder);
  }
}

describe('a full reversal', () => {
  it('of graduated prices by month puts the counter back, and leaves later lines as they were', () => {
    const story = new Story(aCard([tiered('graduated', 'month', ['10', 3], [null, 1])]));
    const first = story.spend(6);
    expect([first.charged, story.spend(6).charged]).toEqual([18n, 14n]);
    expect([story.reverse(first.lines), story.used]).toEqual([18n, '6']);
    expect([story.spend(6).charged, story.used]).toEqual([14n, '12']);
  });

  it('of volume prices by month gives back what the line cost, not what it would cost now', () => {
    const story = new Story(aCard([tiered('volume', 'month', ['10', 3], [null, 1])]));
    const [first, second] = [story.spend(8), story.spend(8)];
    expect([first.charged, second.charged]).toEqual([24n, 8n]);
    expect([story.reverse(first.lines), story.used]).toEqual([24n, '8']);
    expect([story.spend(2).charged, story.spend(1).charged]).toEqual([6n, 1n]);
  });

  it('of a package gives back each begun one', () => {
    const story = new Story(aCard([perPackage(5, 100)]));
    const { charged, lines } = story.spend('100.5');
    expect([charged, story.reverse(lines), story.used]).toEqual([10n, 10n, '0']);
  });

  it('with carry leaves the account as if the spend had never been, whichever it was', () => {
    const story = new Story(aCard([perUnit(1, 1000)], { rounding: 'carry' }));
    const [first, second] = [story.spend(1), story.spend(1)];
    expect([first.charged, second.charged, story.remainder]).toEqual([1n, 0n, '-0.998']);
    expect([story.reverse(first.lines), story.remainder]).toEqual([1n, '0.001']);
    expect([story.spend(1).charged, story.remainder]).toEqual([1n, '-0.998']);
    expect([story.reverse(second.lines), story.remainder]).toEqual([0n, '-0.999']);
  });

  it('with carry leaves what was charged too much to be used up, and never charges below 0', () => {
    const story = new Story(aCard([perUnit(1, 10)], { rounding: 'carry' }));
    const [first, second, third] = [story.spend(1), story.spend(9), story.spend(1)];
    expect([first.charged, second.charged, third.charged, story.remainder]).toEqual([1n, 0n, 1n, '-0.9']);
    expect([story.reverse(second.lines), story.remainder]).toEqual([0n, '-1.8']);
    expect([story.spend(1).charged, story.remainder]).toEqual([0n, '-1.7']);
    expect([story.spend(17).charged, story.spend(1).charged]).toEqual([0n, 1n]);
  });

  it('with carry and limits takes off the clamped price', () => {
    const story = new Story(aCard([perUnit(1, 4)], { rounding: 'carry', minCredits: 2 }));
    const { charged, lines } = story.spend(1);
    expect([charged, story.reverse(lines), story.remainder]).toEqual([2n, 2n, '0']);
  });

  it('returns what was included, where the position has it', () => {
    const story = new Story(aCard([perUnit(2)]));
    story.position = { ...NO_POSITION, inclusions: [{ id: 'june', meter: METER, match: {}, left: quantity(3) }] };
    const { charged, lines } = story.spend(5);
    expect(charged).toBe(4n);
    const lapsed = giveBackLines(lines, new Set([0]), { ...story.position, inclusions: [] });
    expect([lapsed.credits, lapsed.position]).toEqual([4n, NO_POSITION]);
    story.reverse(lines);
    expect(story.position.inclusions.map(({ left }) => quantityText(left))).toEqual(['3']);
    expect(story.used).toBe('0');
  });
});

describe('a reversal by lines', () => {
  it('undoes those and no others, each once', () => {
    const story = new Story(aCard([tiered('graduated', 'month', ['10', 3], [null, 1])]));
    const { lines } = story.spend(6, 6, 6);
    const one = giveBackLines(lines, new Set([1]), story.position);
    expect([one.credits, quantityText(one.position.used.get(ALL) ?? quantity(0))]).toEqual([14n, '12']);
    const again = giveBackLines(one.lines, new Set([1]), one.position);
    expect([again.credits, again.position]).toEqual([0n, one.position]);
    const rest = giveBackLines(one.lines, new Set([0, 1, 2]), one.position);
    expect([rest.credits, rest.position.used.size]).toEqual([24n, 0]);
  });
});

describe('a reversal by amount', () => {
  it('gives credits of the last line first, and moves no counter and no remainder', () => {
    const story = new Story(aCard([perUnit(3, 2)], { rounding: 'carry' }));
    const { lines } = story.spend(3, 2);
    expect(lines.map(({ leftCredits }) => leftCredits)).toEqual([5n, 3n]);
    const left = giveBackAmount(lines, inCredits(4));
    expect(left.map(({ leftCredits }) => leftCredits)).toEqual([4n, 0n]);
    expect(() => giveBackAmount(left, inCredits(5))).toThrow('no more is given back');
  });

  it('is a gift: a full reversal afterwards gives back the rest, and nothing is given twice', () => {
    const story = new Story(aCard([perUnit(9, 2)], { rounding: 'carry' }));
    const { charged, lines } = story.spend(1);
    expect([charged, story.remainder]).toEqual([5n, '-0.5']);
    expect(story.reverse(giveBackAmount(lines, inCredits(2)))).toBe(3n);
    expect(story.remainder).toBe('0');
    expect(story.spend(1).charged).toBe(5n);
  });
});
