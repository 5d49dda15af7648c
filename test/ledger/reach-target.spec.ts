import fc from 'fast-check';
import { addDays } from '../../src/kernel/clock.js';
import { credits } from '../../src/kernel/credits.js';
import { type Book, sumOf } from '../../src/ledger/book/book.js';
import { bringUpToDate } from '../../src/ledger/decisions/bring-up-to-date.js';
import {
  type ReturnedCredits,
  type ReturnPolicy,
  reachTarget,
  returnTarget,
} from '../../src/ledger/decisions/reach-target.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { emptyBook, grantTo, laterBook, NOW } from '../support/make/books.js';

const UNSETTLED: ReturnedCredits = {
  lapsedCredits: credits(0),
  reversedCredits: credits(0),
  shortfallCredits: credits(0),
};
const purchase = { type: 'payment_intent', id: 'pi_bought' };

function settle(book: Book, target: number, settled = UNSETTLED, policy: ReturnPolicy = 'debt'): ReturnedCredits {
  return reachTarget(book, {
    purchase,
    targetCredits: credits(target),
    returned: settled,
    policy,
    kind: 'refund_reversal',
  });
}

function spend(book: Book, amount: number): void {
  decideSpend(book, { amount: credits(amount), idempotencyKey: `k${amount}`, description: null, metadata: {} });
}

describe('the target of a return', () => {
  it.each([
    [12, 1000, 0, 0],
    [12, 1000, 1000, 12],
    [12, 1000, 500, 6],
    [12, 1000, 41, 0],
    [12, 1000, 42, 1],
    [5, 500, 50, 1],
    [12, 1000, 2000, 12],
    [12, 0, 0, 0],
  ])('of %i credits for %i, when %i came back, is %i', (given, charged, returned, target) => {
    expect(returnTarget(credits(given), BigInt(charged), BigInt(returned))).toBe(BigInt(target));
  });
});

describe('a return', () => {
  it('takes the purchase own credits first, then the account, then goes into debt', () => {
    const book = emptyBook();
    const other = grantTo(book, 3, { priority: 0 });
    const bought = grantTo(book, 12, { source: purchase });
    spend(book, 10);
    const settled = settle(book, 12);
    expect(settled).toEqual({ lapsedCredits: 0n, reversedCredits: 12n, shortfallCredits: 0n });
    expect(book.newEntries.at(-1)).toMatchObject({ amount: -12n, debt: 7n, balanceAfter: -7n });
    expect([other.remaining, bought.remaining]).toEqual([0n, 0n]);
  });

  it('posts nothing when it is delivered again', () => {
    const book = emptyBook();
    grantTo(book, 12, { source: purchase });
    const settled = settle(book, 6);
    const entries = book.newEntries.length;
    expect(settle(book, 6, settled)).toBe(settled);
    expect(book.newEntries).toHaveLength(entries);
  });

  it('counts what has lapsed and posts no entry for it', () => {
    const book = emptyBook();
    grantTo(book, 12, { source: purchase, expiresAt: addDays(NOW, 1) });
    spend(book, 5);
    const later = laterBook(book, addDays(NOW, 2));
    bringUpToDate(later);
    expect(settle(later, 12)).toEqual({ lapsedCredits: 7n, reversedCredits: 5n, shortfallCredits: 0n });
    expect(later.balance.balance).toBe(-5n);
  });

  it('with policy remaining takes only what is available and never collects the rest later', () => {
    const book = emptyBook();
    grantTo(book, 12, { source: purchase });
    spend(book, 5);
    book.addHold(credits(3), addDays(NOW, 1), 'h');
    const settled = settle(book, 12, UNSETTLED, 'remaining');
    expect(settled).toEqual({ lapsedCredits: 0n, reversedCredits: 4n, shortfallCredits: 8n });
    grantTo(book, 100);
    expect(settle(book, 12, settled, 'remaining')).toEqual(settled);
    expect(book.balance.balance).toBe(103n);
  });

  it('that falls forgives the shortfall first, then reinstates to the grants it took from, latest first', () => {
    const book = emptyBook();
    const first = grantTo(book, 4, { source: purchase, sourcePart: 'a' });
    const second = grantTo(book, 8, { source: purchase, sourcePart: 'b' });
    const raised = settle(book, 12);
    const lowered = settle(book, 6, raised);
    expect(lowered).toEqual({ lapsedCredits: 0n, reversedCredits: 6n, shortfallCredits: 0n });
    expect([first.remaining, second.remaining]).toEqual([0n, 6n]);
    settle(book, 0, lowered);
    expect([first.remaining, second.remaining]).toEqual([4n, 8n]);
  });

  it('that falls repays debt first, and what has no grant becomes a new one', () => {
    const book = emptyBook();
    grantTo(book, 12, { source: purchase });
    spend(book, 12);
    const settled = settle(book, 12);
    expect(book.balance.balance).toBe(-12n);
    grantTo(book, 20);
    expect(book.balance.balance).toBe(8n);
    settle(book, 0, settled);
    expect(book.balance.balance).toBe(20n);
    const entry = book.newEntries.at(-1);
    expect(book.grants.at(-1)).toMatchObject({
      amount: 12n,
      remaining: 12n,
      source: { type: 'entry', id: `${entry?.seq}` },
    });
  });

  it('ends at the same balance whatever the way to the target, and every entry is allocated', () => {
    const step = fc.record({ target: fc.integer({ min: 0, max: 12 }), spend: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        fc.constantFrom<ReturnPolicy>('debt', 'remaining'),
        (steps, policy) => {
          const book = emptyBook();
          grantTo(book, 12, { source: purchase });
          let settled = UNSETTLED;
          let spent = 0n;
          for (const { target, spend: amount } of steps) {
            settled = settle(book, target, settled, policy);
            expect(settled.lapsedCredits + settled.reversedCredits + settled.shortfallCredits).toBe(BigInt(target));
            if (amount > 0 && book.available >= BigInt(amount)) {
              spend(book, amount);
              spent += BigInt(amount);
            }
          }
          expect(book.balance.balance).toBe(12n - spent - settled.reversedCredits);
          for (const entry of book.newEntries) {
            const sign = entry.amount < 0n ? -1n : 1n;
            expect(entry.amount).toBe(sign * sumOf(entry.allocations) - entry.debt);
          }
          const remaining = book.grants.reduce((sum, grant) => sum + grant.remaining, 0n);
          expect(book.balance.balance).toBe(remaining - book.debt);
        },
      ),
    );
  });
});
