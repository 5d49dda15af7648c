import fc from 'fast-check';
import { addDays } from '../../src/kernel/clock.js';
import { credits } from '../../src/kernel/credits.js';
import { compareBurnDown } from '../../src/ledger/book/burn-down.js';
import { bringUpToDate } from '../../src/ledger/decisions/bring-up-to-date.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { emptyBook, grantTo, laterBook, NOW } from '../support/make/books.js';

const request = (amount: number) => ({ amount: credits(amount), idempotencyKey: 'k', description: null, metadata: {} });

describe('burn-down', () => {
  it('takes by priority, then expiry, then promotional before paid, then effective date, then creation', () => {
    const book = emptyBook();
    const last = grantTo(book, 1, { priority: 90 });
    const neverExpires = grantTo(book, 1);
    const secondMade = grantTo(book, 1, { expiresAt: addDays(NOW, 5) });
    const thirdMade = grantTo(book, 1, { expiresAt: addDays(NOW, 5) });
    const promotional = grantTo(book, 1, { expiresAt: addDays(NOW, 5), category: 'promotional' });
    const expiresFirst = grantTo(book, 1, { expiresAt: addDays(NOW, 1) });
    const first = grantTo(book, 1, { priority: 10 });

    const { entry } = decideSpend(book, request(7));

    expect(entry.allocations.map(({ grantId }) => grantId)).toEqual(
      [first, expiresFirst, promotional, secondMade, thirdMade, neverExpires, last].map((grant) => grant.id),
    );
  });

  it('is a total order', () => {
    const grant = fc.record({
      priority: fc.integer({ min: 0, max: 2 }),
      expiresInDays: fc.option(fc.integer({ min: 1, max: 3 })),
      category: fc.constantFrom('paid' as const, 'promotional' as const),
    });
    fc.assert(
      fc.property(fc.array(grant, { minLength: 2, maxLength: 8 }), (given) => {
        const book = emptyBook();
        for (const { expiresInDays, ...rest } of given)
          grantTo(book, 1, { ...rest, expiresAt: expiresInDays === null ? null : addDays(NOW, expiresInDays) });
        for (const a of book.grants)
          for (const b of book.grants) {
            const order = Math.sign(compareBurnDown(a, b));
            expect(order).toBe(a === b ? 0 : -Math.sign(compareBurnDown(b, a)));
            expect(order === 0).toBe(a === b);
          }
      }),
    );
  });

  it('refuses more than is available, and changes nothing', () => {
    const book = emptyBook();
    grantTo(book, 12);
    expect(() => decideSpend(book, request(13))).toThrow(
      expect.objectContaining({ facts: { availableCredits: 12n, requestedCredits: 13n } }),
    );
    expect(book.balance.balance).toBe(12n);
    expect(book.newEntries).toHaveLength(1);
  });
});

describe('expiry', () => {
  it('writes what has lapsed before the spend that comes after it', () => {
    const book = emptyBook();
    const lapsing = grantTo(book, 10, { expiresAt: addDays(NOW, 1) });
    grantTo(book, 5);
    decideSpend(book, request(4));

    const tomorrow = laterBook(book, addDays(NOW, 2));
    bringUpToDate(tomorrow);
    expect(tomorrow.newEntries.map(({ kind, amount, effectiveAt }) => ({ kind, amount, effectiveAt }))).toEqual([
      { kind: 'expiry', amount: -6n, effectiveAt: lapsing.expiresAt },
    ]);
    expect(tomorrow.grant(lapsing.id)).toMatchObject({ status: 'expired', remaining: 0n, lapsed: 6n });
    expect(() => decideSpend(tomorrow, request(6))).toThrow('Available credits: 5.');
  });

  it('leaves standing what a hold covers, until the hold ends', () => {
    const book = emptyBook();
    grantTo(book, 10, { expiresAt: addDays(NOW, 1) });
    book.addHold(credits(4), addDays(NOW, 3), 'h');

    const dayTwo = laterBook(book, addDays(NOW, 2));
    bringUpToDate(dayTwo);
    expect([dayTwo.balance.balance, dayTwo.balance.held, dayTwo.available]).toEqual([4n, 4n, 0n]);

    const dayFour = laterBook(dayTwo, addDays(NOW, 4));
    bringUpToDate(dayFour);
    expect([dayFour.balance.balance, dayFour.balance.held]).toEqual([0n, 0n]);
  });
});

describe('a grant', () => {
  it('repays debt first; only what is left remains to be spent', () => {
    const book = emptyBook();
    grantTo(book, 5);
    book.debit({
      kind: 'adjustment',
      amount: credits(8),
      allocations: [{ grantId: book.grants[0]?.id ?? '', amount: credits(5) }],
      source: { type: 'test', id: '1' },
    });
    expect(book.debt).toBe(3n);

    const grant = grantTo(book, 10);

    expect(grant).toMatchObject({ debtRepaid: 3n, remaining: 7n, status: 'active' });
    expect(book.newEntries.at(-1)).toMatchObject({ amount: 10n, debt: -3n, balanceAfter: 7n });
  });

  it('is in no balance before it is effective', () => {
    const book = emptyBook();
    const pending = grantTo(book, 10, { effectiveAt: addDays(NOW, 1) });
    expect(pending.status).toBe('pending');
    expect(book.available).toBe(0n);

    const tomorrow = laterBook(book, addDays(NOW, 1));
    bringUpToDate(tomorrow);
    expect(tomorrow.available).toBe(10n);
    expect(tomorrow.newEntries[0]?.effectiveAt).toEqual(pending.effectiveAt);
  });

  it('of one source part is given once', () => {
    const book = emptyBook();
    const source = { type: 'payment_intent', id: 'pi_same' };
    expect(grantTo(book, 12, { source })).toBe(grantTo(book, 12, { source }));
    expect(book.balance.balance).toBe(12n);
  });
});
