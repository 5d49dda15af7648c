import fc from 'fast-check';
import { addDays, addSeconds } from '../../src/kernel/clock.js';
import { credits, NO_CREDITS } from '../../src/kernel/credits.js';
import type { NewGrant } from '../../src/ledger/book/model.js';
import { bringUpToDate } from '../../src/ledger/decisions/bring-up-to-date.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { type RunOut, runOut } from '../../src/ledger/runway/run-out.js';
import { emptyBook, grantTo, laterBook, NOW } from '../support/make/books.js';

const A_DAY = 86_400_000n;

/** Amounts of credits with what else is to be said of them. */
type Lot = [number, Partial<NewGrant>?];

function endOf(lots: Lot[], perDay: number, held = 0): string | undefined {
  const book = emptyBook();
  for (const [amount, more] of lots) grantTo(book, amount, more);
  const end = runOut({ grants: book.grants, held: credits(held), now: NOW }, { credits: BigInt(perDay), ms: A_DAY });
  return end === undefined ? undefined : inDays(end);
}

function inDays({ endsAt, because }: RunOut): string {
  return `${because} in ${(endsAt.getTime() - NOW.getTime()) / 86_400_000}`;
}

const ends = (days: number) => ({ expiresAt: addDays(NOW, days) });

describe('when credits run out', () => {
  it.each<[string, Lot[], number, string | undefined]>([
    ['is when the last one is spent', [[12]], 4, 'spent in 3'],
    ['is not helped by what lapses before it is used', [[12, ends(1)]], 4, 'lapsed in 1'],
    ['counts what lapses as far as it was used', [[12, ends(1)], [8]], 4, 'spent in 3'],
    ['takes what lapses first', [[8], [8, ends(2)]], 4, 'spent in 4'],
    [
      'keeps to priorities, though credits lapse meanwhile',
      [
        [8, { priority: 1 }],
        [8, ends(1)],
      ],
      4,
      'spent in 2',
    ],
    ['is helped by what is still to come', [[8], [8, { effectiveAt: addDays(NOW, 1) }]], 4, 'spent in 4'],
    ['is not helped by what comes too late', [[8], [8, { effectiveAt: addDays(NOW, 3) }]], 4, 'spent in 2'],
    [
      'is not when others begin where the last ones lapse',
      [
        [1, ends(1)],
        [8, { effectiveAt: addDays(NOW, 1) }],
      ],
      0,
      undefined,
    ],
    [
      'is when all has lapsed where nothing is spent',
      [
        [1, ends(1)],
        [1, ends(5)],
      ],
      0,
      'lapsed in 5',
    ],
    ['is never where nothing is spent and something stays', [[1, ends(1)], [1]], 0, undefined],
    ['is nothing to speak of where nothing is available', [], 4, undefined],
    ['is not told of times that no calendar has', [[900_000_000_000]], 1, undefined],
  ])('%s', (_what, lots, perDay, expected) => {
    expect(endOf(lots, perDay)).toBe(expected);
  });

  it('counts held credits as used: first those that only their hold keeps, then those that are taken next', () => {
    expect(endOf([[12]], 4, 8)).toBe('spent in 1');
    expect(endOf([[4, ends(1)], [4]], 4, 4)).toBe('spent in 1');
    expect(
      endOf(
        [
          [4, { ...ends(-1), effectiveAt: addDays(NOW, -2) }],
          [4, { priority: 1 }],
        ],
        4,
        4,
      ),
    ).toBe('spent in 1');
    expect(endOf([[12]], 4, 12)).toBeUndefined();
  });

  /** A spend of one credit at a time, on real books, as soon as the pace allows. */
  function walk(lots: Lot[], everySeconds: number): string | undefined {
    let book = emptyBook();
    for (const [amount, more] of lots) grantTo(book, amount, more);
    for (let second = 1; second <= 200; second += 1) {
      const before = book;
      book = laterBook(before, addSeconds(NOW, second));
      if (second % everySeconds === 0 && book.available > 0n) {
        // Before anything lapses at that instant.
        book = laterBook(before, new Date(addSeconds(NOW, second).getTime() - 1));
        if (book.available > 0n)
          decideSpend(book, { amount: credits(1), idempotencyKey: 'k', description: null, metadata: {} });
        if (book.available === NO_CREDITS) return `spent ${second}`;
        book = laterBook(book, addSeconds(NOW, second));
      }
      bringUpToDate(book);
      if (book.available === NO_CREDITS) return `lapsed ${second}`;
    }
    return undefined;
  }

  it('is when they do, whatever the lots', () => {
    const lot = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.record({
        priority: fc.constantFrom(50, 10),
        expiresAt: fc.option(fc.integer({ min: 1, max: 60 }).map((s) => addSeconds(NOW, s))),
        effectiveAt: fc.constantFrom(0, 0, 5, 17).map((s) => addSeconds(NOW, s)),
      }),
    );
    const lots = fc
      .array(lot, { minLength: 1, maxLength: 6 })
      .map((all) => all.filter(([, { effectiveAt, expiresAt }]) => expiresAt === null || expiresAt > effectiveAt));
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 4 }), (all, everySeconds) => {
        const book = emptyBook();
        for (const [amount, more] of all) grantTo(book, amount, more);
        fc.pre(book.available > 0n);
        const end = runOut(
          { grants: book.grants, held: NO_CREDITS, now: NOW },
          { credits: 1n, ms: BigInt(everySeconds * 1000) },
        );
        const told = end && `${end.because} ${(end.endsAt.getTime() - NOW.getTime()) / 1000}`;
        expect(told).toBe(walk(all, everySeconds));
      }),
    );
  });
});
