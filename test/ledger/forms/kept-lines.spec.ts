import fc from 'fast-check';
import { credits } from '../../../src/kernel/credits.js';
import { usageJson } from '../../../src/ledger/api/answers.js';
import {
  afterReversal,
  type SpendUsage,
  toUsage,
  undoneOf,
  undoneText,
  usageText,
} from '../../../src/ledger/usage/kept-lines.js';
import { pricedLineJson, toPricedLineAnswer } from '../../../src/rating/lines.dto.js';
import { type Dimensions, sorted } from '../../../src/rating/pricing/dimensions.js';
import { spentLines } from '../../../src/rating/pricing/give-back.js';
import { NO_POSITION } from '../../../src/rating/pricing/position.js';
import { type PricedLine, priceLines, ROUNDINGS } from '../../../src/rating/pricing/price-lines.js';
import type { Quantity } from '../../../src/rating/pricing/quantity.js';
import { fromFraction, ratio, toFraction } from '../../../src/rating/pricing/ratio.js';
import { cardsOf as cardsOfTerms, termsOf } from '../../../src/rating/rates/rate-version.js';
import { aCard, aLine, cardsOf } from '../../support/make/rates.js';

const quantity = fc.bigInt({ min: 0n, max: 10n ** 21n - 1n }).map((value) => value as Quantity);
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,5}$/);
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 });
const dimensions = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }).map(sorted);
const price = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 39n }));
const line: fc.Arbitrary<PricedLine> = fc.record({
  meter: fc.constantFrom('pages', 'tokens'),
  quantity,
  dimensions,
  rateVersion: fc.integer({ min: 1, max: 1_000 }),
  match: dimensions,
  rounding: fc.constantFrom(...ROUNDINGS),
  included: fc.array(fc.record({ inclusion: fc.string(), quantity }), { maxLength: 2 }),
  price: price.map(([numerator, denominator]) => ratio(numerator, denominator)),
  credits: fc.integer({ min: 0, max: 900_000_000_000 }).map(credits),
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 });
const event = fc.record({ source: text, id: text, type: text, isOfLines: fc.boolean() });
const usedAt = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });

it('lines come back of the row of their spend as they were, and so does the answer to the byte', () => {
  const told = fc.oneof(
    fc.constant({}),
    fc.record({ event, usedAt }),
    fc.record({ usedAt, corrects: fc.constant('spd_1') }),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), told, (lines, more) => {
      const usage: SpendUsage = { month: '2026-11', ...more, lines: spentLines(lines) };
      const kept = toUsage(usageText(usage));
      expect(kept).toEqual(usage);
      expect(usageJson('{}', kept)).toBe(usageJson('{}', usage));
      const answered = JSON.stringify(lines.map(toPricedLineAnswer));
      expect(`[${lines.map(pricedLineJson).join(',')}]`).toBe(answered);
    }),
  );
});

it('fractions come back as they were', () => {
  fc.assert(
    fc.property(price, ([numerator, denominator]) => {
      const number = ratio(-numerator, denominator);
      expect(fromFraction(toFraction(number))).toEqual(number);
    }),
  );
});

it('reversals are told apart: those that undo lines, and those that give back an amount', () => {
  const lines = [aLine(2), aLine(3)];
  const priced = priceLines(lines, cardsOf(aCard([{ match: {}, credits: 2, per: 1 }])), NO_POSITION);
  const usage: SpendUsage = { month: '2026-11', lines: spentLines(priced.lines) };
  const left = (...reversals: { amount: number; kept: string | null }[]) =>
    reversals
      .reduce(
        (after, { amount, kept }) => afterReversal(after, { amount: credits(amount), undone: undoneOf(kept) }),
        usage,
      )
      .lines.map(({ leftCredits, isUndone }) => `${leftCredits}${isUndone ? ' undone' : ''}`);
  expect(left({ amount: 4, kept: undoneText({ places: [0] }) })).toEqual(['0 undone', '6']);
  expect(left({ amount: 7, kept: null })).toEqual(['3', '0']);
  expect(left({ amount: 10, kept: null }, { amount: 0, kept: undoneText({ places: [1] }) })).toEqual(['0', '0 undone']);
});

it('a reversal says for which spend it made room', () => {
  const undone = { places: [0, 2], correctedBy: 'spd_2' };
  expect(undoneOf(undoneText(undone))).toEqual(undone);
  const usage: SpendUsage = { month: '2026-11', lines: [] };
  expect(afterReversal(usage, { amount: credits(0), undone }).correctedBy).toBe('spd_2');
});

it('terms that were carried to another process price as their cards', () => {
  const tiers = [
    { upTo: '0.5', credits: 3, per: 7 },
    { upTo: null, credits: 1, per: 1 },
  ];
  const card = aCard(
    [
      { match: {}, credits: 1, per: 3 },
      { match: { a: '1' }, credits: 5, per: 1_000, whole: true },
      { match: { b: '1' }, tiers, mode: 'graduated', by: 'month' },
      { match: { a: '1', b: '1' }, tiers, mode: 'volume', by: 'request' },
    ],
    { version: 7, rounding: 'carry', minCredits: 0, maxCredits: 9 },
  );
  const usages: Dimensions[] = [{}, { a: '1' }, { b: '1' }, { a: '1', b: '1' }, { a: '2', c: '1' }];
  const all = usages.map((those) => aLine('1.25', those));
  for (const lines of [all, ...all.map((one) => [one])]) {
    const cards = cardsOf(card);
    const carried = JSON.parse(JSON.stringify(termsOf(cards, lines)));
    const there = cardsOfTerms(carried);
    expect(priceLines(lines, there, NO_POSITION)).toEqual(priceLines(lines, cards, NO_POSITION));
    if (lines.length === 1) expect(carried[0].prices).toHaveLength(1);
  }
});
