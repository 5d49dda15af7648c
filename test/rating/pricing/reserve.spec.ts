import fc from 'fast-check';
import { counterKeyOf } from '../../../src/rating/pricing/dimensions.js';
import { NO_POSITION, type Position, remainderOf, usedOf } from '../../../src/rating/pricing/position.js';
import { priceLines, type RateCard } from '../../../src/rating/pricing/price-lines.js';
import { quantityText } from '../../../src/rating/pricing/quantity.js';
import { fromFraction, toText } from '../../../src/rating/pricing/ratio.js';
import { giveBackReserved, priceCapture, type Reserved, reserve } from '../../../src/rating/pricing/reserve.js';
import { aCard, aLine, cardsOf, METER, perPackage, perUnit, quantity, tiered } from '../../support/make/rates.js';

const ALL = counterKeyOf(METER, {});
const MONTHLY = tiered('graduated', 'month', ['10', 3], [null, 1]);

class Held {
  captured = 0n;

  constructor(
    private readonly story: Story,
    readonly amount: bigint,
    private reserved: Reserved,
  ) {}

  /** Returns what it was charged. */
  capture(...quantities: (string | number)[]): bigint {
    const { card, position } = this.story;
    const taken = priceCapture(
      quantities.map((value) => aLine(value)),
      cardsOf(card),
      position,
      this.reserved,
    );
    this.story.position = taken.position;
    this.reserved = taken.reserved;
    this.captured += taken.credits;
    this.story.charged += taken.credits;
    return taken.credits;
  }

  end(): void {
    this.story.position = giveBackReserved(this.reserved, this.story.position);
  }
}

/** One account, as far as prices know it. */
class Story {
  position: Position = NO_POSITION;
  charged = 0n;

  constructor(readonly card: RateCard) {}

  spend(...quantities: (string | number)[]): bigint {
    const priced = priceLines(
      quantities.map((value) => aLine(value)),
      cardsOf(this.card),
      this.position,
    );
    this.position = priced.position;
    this.charged += priced.credits;
    return priced.credits;
  }

  hold(...quantities: (string | number)[]): Held {
    const priced = priceLines(
      quantities.map((value) => aLine(value)),
      cardsOf(this.card),
      this.position,
    );
    const { reserved, position } = reserve(priced, this.position);
    this.position = position;
    return new Held(this, priced.credits, reserved);
  }

  get used(): string {
    return quantityText(usedOf(this.position, ALL));
  }

  get remainder(): string {
    return toText(remainderOf(this.position, ALL));
  }
}

describe('a hold of a price', () => {
  it('graduated by month keeps its tiers, and all others come behind it', () => {
    const story = new Story(aCard([MONTHLY]));
    const [a, b] = [story.hold(6), story.hold(6)];
    expect([a.amount, b.amount, story.spend(2), story.used]).toEqual([18n, 14n, 2n, '14']);
    expect([b.capture(6), a.capture(4)]).toEqual([14n, 12n]);
    a.end();
    b.end();
    expect([story.used, story.spend(1)]).toEqual(['12', 1n]);
  });

  it('goes on behind all that was used, once its own part is', () => {
    const story = new Story(aCard([MONTHLY]));
    const a = story.hold(6);
    expect([story.spend(6), a.capture(4), a.capture(4), story.used]).toEqual([14n, 12n, 8n, '14']);
    expect(story.charged).toBe(new Story(aCard([MONTHLY])).spend(14));
  });

  it('of volume keeps the tier that it fell into', () => {
    const story = new Story(aCard([tiered('volume', 'month', ['10', 3], [null, 1])]));
    const a = story.hold(8);
    expect([a.amount, story.spend(8), a.capture(8)]).toEqual([24n, 8n, 24n]);
  });

  it('of packages, and of tiers by the request, prices each capture by itself', () => {
    const a = new Story(aCard([perPackage(5, 100)])).hold(150);
    expect([a.amount, a.capture('100.5')]).toEqual([10n, 10n]);
    const b = new Story(aCard([tiered('graduated', 'request', ['10', 3], [null, 1])])).hold(8);
    expect([b.capture(8), b.capture(12)]).toEqual([24n, 32n]);
  });

  it('carried counts on no fraction that another hold counts on, and is charged what spends are', () => {
    const story = new Story(aCard([perUnit(1, 1000)], { rounding: 'carry' }));
    const [a, b] = [story.hold(500), story.hold(500)];
    expect([a.amount, b.amount, story.remainder]).toEqual([1n, 1n, '0']);
    expect([a.capture(500), story.remainder, b.capture(500), story.remainder]).toEqual([1n, '-0.5', 0n, '0']);

    story.spend(100);
    const [c, d] = [story.hold(500), story.hold(500)];
    expect([c.amount, d.amount, story.remainder]).toEqual([0n, 1n, '0']);
    c.end();
    expect([story.remainder, d.capture(500), story.remainder]).toEqual(['-0.5', 0n, '-0.4']);
  });

  it('carried leaves to others what they owe', () => {
    const story = new Story(aCard([perUnit(1, 1000)], { rounding: 'carry' }));
    const a = story.hold(1000);
    story.position = { ...story.position, remainders: new Map([[ALL, fromFraction('1/2')]]) };
    expect([a.capture(400), a.capture(600), story.remainder, story.spend(1)]).toEqual([1n, 0n, '0.5', 1n]);
  });

  it('has what was included for itself, also when it has lapsed', () => {
    const story = new Story(aCard([perUnit(2)]));
    const june = { id: 'june', meter: METER, match: {}, left: quantity(5) };
    story.position = { ...NO_POSITION, inclusions: [june] };
    const [a, b] = [story.hold(3), story.hold(4)];
    const left = () => story.position.inclusions.map((inclusion) => quantityText(inclusion.left));
    expect([a.amount, b.amount, left()]).toEqual([0n, 4n, ['0']]);
    expect([a.capture(2), left()]).toEqual([0n, ['0']]);
    a.end();
    expect(left()).toEqual(['1']);
    // With what has come back, all of it is included.
    expect([b.capture(3), left(), story.used]).toEqual([0n, ['0'], '2']);
    b.end();
    expect(story.used).toBe('0');
    const c = new Story(aCard([perUnit(2)]));
    c.position = { ...NO_POSITION, inclusions: [june] };
    const late = c.hold(4);
    c.position = { ...c.position, inclusions: [] };
    expect([late.capture(5), c.position.inclusions, c.used]).toEqual([2n, [], '1']);
  });
});

const step = fc.record({
  do: fc.constantFrom('hold', 'capture', 'capture', 'end', 'spend'),
  which: fc.nat({ max: 4 }),
  units: fc.integer({ min: 0, max: 9 }),
});

describe('any holds, captures and spends', () => {
  it.each<[name: string, card: RateCard]>([
    ['graduated by month', aCard([MONTHLY])],
    [
      'graduated by month, with carry',
      aCard([tiered('graduated', 'month', ['10', 3], [null, 1])], { rounding: 'carry' }),
    ],
    ['per unit with carry', aCard([perUnit(3, 7)], { rounding: 'carry' })],
  ])('leave no trace but what was used, and charge no more for an estimate than it holds: %s', (_name, card) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const story = new Story(card);
        const holds: { held: Held; estimated: number; captured: number; isOver: boolean }[] = [];
        let used = 0;
        for (const { do: act, which, units } of steps) {
          const one = holds[which];
          if (act === 'hold') holds.push({ held: story.hold(units), estimated: units, captured: 0, isOver: false });
          else if (act === 'spend') {
            story.spend(units);
            used += units;
          } else if (one !== undefined && !one.isOver && act === 'end') {
            one.held.end();
            one.isOver = true;
          } else if (one !== undefined && !one.isOver) {
            one.held.capture(units);
            one.captured += units;
            used += units;
            if (one.captured <= one.estimated) expect(one.held.captured <= one.held.amount).toBe(true);
          }
        }
        for (const { held, isOver } of holds) if (!isOver) held.end();
        expect(story.used).toBe(`${used}`);
        if (card.prices.prices[0]?.form.kind === 'per_unit') {
          // What a hold has counted on and not used is carried on, to what is used next.
          story.spend(100);
          expect(story.charged).toBe(new Story(card).spend(used + 100));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('by the month cost what all of it at once does, where nothing that was held is left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const story = new Story(aCard([MONTHLY]));
        const holds: { held: Held; left: number }[] = [];
        let used = 0;
        for (const { do: act, which, units } of steps) {
          if (act === 'hold') holds.push({ held: story.hold(units), left: units });
          if (act === 'spend') story.spend(units);
          if (act === 'capture' && holds[which] !== undefined) {
            holds[which].held.capture(units);
            holds[which].left = Math.max(0, holds[which].left - units);
          }
          if (act === 'spend' || (act === 'capture' && holds[which] !== undefined)) used += units;
        }
        for (const { held, left } of holds) {
          held.capture(left);
          used += left;
        }
        expect(story.charged).toBe(new Story(aCard([MONTHLY])).spend(used));
      }),
      { numRuns: 500 },
    );
  });
});
