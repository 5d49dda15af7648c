import { addSeconds } from '../../src/kernel/clock.js';
import { credits } from '../../src/kernel/credits.js';
import { decideTopUp, leastTopUpMinor } from '../../src/top-ups/decide-top-up.js';
import { chargedInMonth } from '../../src/top-ups/monthly-cap.js';
import type { PastAttempt, TopUpFacts, TopUpSettings } from '../../src/top-ups/top-up-facts.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const HOUR = 3600;
const DAY = 24 * HOUR;

const settings: TopUpSettings = {
  belowCredits: credits(10),
  buys: { quantity: 1 },
  currency: 'usd',
  maxPerMonth: { amountMinor: 5_000n, count: null },
  minIntervalSeconds: 600,
};

const facts = (given: Partial<TopUpFacts> = {}, set: Partial<TopUpSettings> = {}): TopUpFacts => ({
  now: NOW,
  available: credits(3),
  pack: { credits: credits(12), unitAmountMinor: 1_000n, currency: 'usd' },
  offSessionStop: null,
  hasPaymentMethod: true,
  nextTryAt: null,
  attempts: [],
  ...given,
  settings: { ...settings, ...set },
});

/** An attempt so many seconds ago; a negative number is one of a clock that was ahead. */
const ago = (seconds: number, given: Partial<PastAttempt> = {}): PastAttempt => ({
  triedAt: addSeconds(NOW, -seconds),
  amountMinor: 1_000n,
  currency: 'usd',
  end: 'paid',
  ...given,
});

const CHARGE = { kind: 'charge', quantity: 1, amountMinor: 1_000n };
const NEXT_MONTH = new Date('2026-12-01T00:00:00Z');

describe('a top-up', () => {
  it('is due below the mark, and not at it', () => {
    expect(decideTopUp(facts({ available: credits(9) }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ available: credits(10) }))).toEqual({ kind: 'none' });
    expect(decideTopUp(facts({ available: credits(-5) }))).toEqual(CHARGE);
  });

  it('buys as many packs as it takes to reach a sum of credits, and one at least', () => {
    const upTo = (available: number, toCredits: number) =>
      decideTopUp(
        facts(
          { available: credits(available) },
          { buys: { toCredits: credits(toCredits) }, maxPerMonth: { amountMinor: 1_000_000n, count: null } },
        ),
      );
    expect(upTo(3, 50)).toEqual({ kind: 'charge', quantity: 4, amountMinor: 4_000n });
    expect(upTo(2, 50)).toEqual({ kind: 'charge', quantity: 4, amountMinor: 4_000n });
    expect(upTo(1, 50)).toEqual({ kind: 'charge', quantity: 5, amountMinor: 5_000n });
    expect(upTo(9, 10)).toEqual(CHARGE);
    expect(upTo(0, 900_000)).toEqual({ kind: 'charge', quantity: 100, amountMinor: 100_000n });
  });

  it.each([
    ['dispute', { offSessionStop: 'dispute' }],
    ['fraud_warning', { offSessionStop: 'fraud_warning' }],
    ['payment_method_missing', { hasPaymentMethod: false }],
    ['pack_not_for_sale', { pack: null }],
  ] as [string, Partial<TopUpFacts>][])('pauses for the reason %s', (because, given) => {
    expect(decideTopUp(facts(given))).toEqual({ kind: 'pause', because });
    expect(decideTopUp(facts({ ...given, available: credits(10) }))).toEqual({ kind: 'none' });
  });

  it('that was declined waits for its next try', () => {
    const nextTryAt = addSeconds(NOW, 1);
    expect(decideTopUp(facts({ nextTryAt }))).toEqual({ kind: 'wait', until: nextTryAt, because: 'next_try' });
    expect(decideTopUp(facts({ nextTryAt: NOW }))).toEqual(CHARGE);
  });

  it('is declined at most ten times in a day and fifteen in thirty', () => {
    const declines = (count: number, apartSeconds: number) =>
      Array.from({ length: count }, (_, index) => ago((index + 1) * apartSeconds, { end: 'declined' }));
    const pause = { kind: 'pause', because: 'declined_too_often' };
    expect(decideTopUp(facts({ attempts: declines(9, HOUR) }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: declines(10, HOUR) }))).toEqual(pause);
    expect(decideTopUp(facts({ attempts: declines(14, 2 * DAY) }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: declines(15, 1.9 * DAY) }))).toEqual(pause);
  });
});

describe('the time between two', () => {
  it('is kept, counted from the beginning of the one before, paid or of unknown end', () => {
    for (const end of ['paid', 'unknown'] as const) {
      const before = ago(599, { end });
      const until = addSeconds(before.triedAt, 600);
      expect(decideTopUp(facts({ attempts: [before] }))).toEqual({ kind: 'wait', until, because: 'interval' });
      expect(decideTopUp(facts({ attempts: [ago(600, { end })] }))).toEqual(CHARGE);
    }
  });

  it('is not begun by what was declined or taken back', () => {
    expect(decideTopUp(facts({ attempts: [ago(1, { end: 'declined' }), ago(1, { end: 'canceled' })] }))).toEqual(
      CHARGE,
    );
  });

  it('may be none', () => {
    expect(decideTopUp(facts({ attempts: [ago(0)] }, { minIntervalSeconds: 0 }))).toEqual(CHARGE);
  });

  it('holds when the clock was set back: what is later than now has just happened', () => {
    const attempts = [ago(-3 * HOUR)];
    expect(decideTopUp(facts({ attempts }))).toMatchObject({ kind: 'wait', because: 'interval' });
    expect(decideTopUp(facts({ attempts: [ago(-1), ago(-2)] }, { minIntervalSeconds: 0 }))).toMatchObject({
      kind: 'wait',
    });
  });

  it('ends in a pause where it would be the third within an hour', () => {
    const pause = { kind: 'pause', because: 'too_many_top_ups' };
    expect(decideTopUp(facts({ attempts: [ago(700), ago(3_599)] }))).toEqual(pause);
    expect(decideTopUp(facts({ attempts: [ago(700), ago(3_600)] }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: [ago(700), ago(800, { end: 'declined' })] }))).toEqual(CHARGE);
    // Whoever waits for the interval is not paused before it is over.
    expect(decideTopUp(facts({ attempts: [ago(100), ago(800)] }))).toMatchObject({ kind: 'wait' });
  });
});

describe('the cap of a month', () => {
  const wait = { kind: 'wait', until: NEXT_MONTH, because: 'monthly_cap' };
  const daysAgo = (...days: number[]) => days.map((day) => ago(day * DAY));

  it('may be reached, and never exceeded', () => {
    expect(decideTopUp(facts({ attempts: daysAgo(1, 2, 3, 4) }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: daysAgo(1, 2, 3, 4, 5) }))).toEqual(wait);
    expect(decideTopUp(facts({ attempts: daysAgo(1, 2, 3, 4) }, { buys: { quantity: 2 } }))).toEqual(wait);
  });

  it('counts what may have been charged, and nothing that was not', () => {
    const some = (end: PastAttempt['end']) => daysAgo(1, 2, 3, 4, 5).map((attempt) => ({ ...attempt, end }));
    expect(decideTopUp(facts({ attempts: some('unknown') }))).toEqual(wait);
    expect(decideTopUp(facts({ attempts: some('declined') }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: some('canceled') }))).toEqual(CHARGE);
  });

  it('may be one of a number as well', () => {
    const maxPerMonth = { amountMinor: 900_000n, count: 2 };
    expect(decideTopUp(facts({ attempts: daysAgo(1) }, { maxPerMonth }))).toEqual(CHARGE);
    expect(decideTopUp(facts({ attempts: daysAgo(1, 2) }, { maxPerMonth }))).toEqual(wait);
  });

  it('begins anew with the month in UTC, at its first instant', () => {
    const last = new Date('2026-11-30T23:59:59.999Z');
    const attempts = [{ ...ago(0), triedAt: new Date('2026-11-01T00:00:00Z'), amountMinor: 5_000n }];
    expect(decideTopUp(facts({ now: last, attempts }))).toEqual(wait);
    expect(decideTopUp(facts({ now: NEXT_MONTH, attempts }))).toEqual(CHARGE);
    const newYear = new Date('2026-12-31T23:59:59Z');
    const spent = [{ ...ago(0), triedAt: new Date('2026-12-05T00:00:00Z'), amountMinor: 5_000n }];
    expect(decideTopUp(facts({ now: newYear, attempts: spent }))).toMatchObject({
      until: new Date('2027-01-01T00:00:00Z'),
    });
  });

  it('is not begun anew by another currency', () => {
    const attempts = [ago(DAY, { currency: 'eur', amountMinor: 1n })];
    expect(decideTopUp(facts({ attempts }))).toEqual(wait);
    expect(chargedInMonth(attempts, 'eur', NOW)).toBe(1n);
    expect(chargedInMonth(attempts, 'usd', NOW)).toBe(0n);
  });

  it('is compared with the cheapest top-up that can come of the settings', () => {
    const pack = { credits: credits(12), unitAmountMinor: 1_000n, currency: 'usd' };
    expect(leastTopUpMinor({ buys: { quantity: 3 } }, pack)).toBe(3_000n);
    expect(leastTopUpMinor({ buys: { toCredits: credits(600) } }, pack)).toBe(1_000n);
  });
});
