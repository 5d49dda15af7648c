import fc from 'fast-check';
import { addDays } from '../../src/kernel/clock.js';
import { credits } from '../../src/kernel/credits.js';
import type { Book } from '../../src/ledger/book/book.js';
import { bringUpToDate } from '../../src/ledger/decisions/bring-up-to-date.js';
import { type ReturnedCredits, returnTarget } from '../../src/ledger/decisions/reach-target.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import type { Order } from '../../src/orders/order.entity.js';
import { type MoneyReturn, moveCredits } from '../../src/returns/move-credits.js';
import { emptyBook, grantTo, laterBook, NOW } from '../support/make/books.js';

const purchase = { type: 'payment_intent', id: 'pi_bought' };
const UNSETTLED = { lapsedCredits: credits(0), reversedCredits: credits(0), shortfallCredits: credits(0) };

function orderOf(settled: ReturnedCredits = UNSETTLED, given = 12, chargedMinor = 1000n): Order {
  return { credits: credits(given), chargedMinor, revivedCredits: credits(0), ...settled } as Order;
}

function money(nowMinor: bigint, changes: Partial<MoneyReturn> = {}): MoneyReturn {
  return { countedMinor: 0n, nowMinor, policy: 'debt', unusedOnly: false, kind: 'refund_reversal', ...changes };
}

function dispute(nowMinor: bigint, countedMinor = 0n): MoneyReturn {
  return money(nowMinor, { countedMinor, kind: 'dispute_reversal' });
}

function bought(spent = 0): Book {
  const book = emptyBook();
  grantTo(book, 12, { source: purchase });
  if (spent > 0) decideSpend(book, { amount: credits(spent), idempotencyKey: 'k', description: null, metadata: {} });
  return book;
}

function kindsOf(book: Book): string[] {
  return book.newEntries.slice(1).map(({ kind, amount }) => `${kind} ${amount}`);
}

describe('money that went back in several ways', () => {
  it('takes no more than was given, when a refund and a lost dispute are both in full', () => {
    const book = bought();
    const settled = moveCredits(book, { order: orderOf(), purchase, returns: [money(1000n), dispute(1000n)] });
    expect(settled).toEqual({ ...UNSETTLED, reversedCredits: 12n });
    expect(kindsOf(book)).toEqual(['refund_reversal -12']);
    expect(book.balance.balance).toBe(0n);
  });

  it('leaves what a refund took, when the dispute beside it is won', () => {
    const book = bought();
    const both = moveCredits(book, { order: orderOf(), purchase, returns: [money(500n), dispute(500n)] });
    expect(both.reversedCredits).toBe(12n);
    const refund = money(500n, { countedMinor: 500n });
    const won = moveCredits(book, { order: orderOf(both), purchase, returns: [refund, dispute(0n, 500n)] });
    expect(won.reversedCredits).toBe(6n);
    expect(kindsOf(book)).toEqual(['refund_reversal -6', 'dispute_reversal -6', 'reinstatement 6']);
  });

  it('counts later refunds as if a dispute that was won had never been (eliza 11155)', () => {
    const book = bought();
    const lost = moveCredits(book, { order: orderOf(), purchase, returns: [dispute(1000n)] });
    const won = moveCredits(book, { order: orderOf(lost), purchase, returns: [dispute(0n, 1000n)] });
    expect(won).toEqual(UNSETTLED);
    const later = moveCredits(book, { order: orderOf(won), purchase, returns: [dispute(0n), money(250n)] });
    expect(later).toEqual({ ...UNSETTLED, reversedCredits: 3n });
    expect(book.balance.balance).toBe(9n);
  });

  it('ends at one target, whatever came first, and at the same balance under one policy', () => {
    const part = fc.bigInt({ min: 0n, max: 700n });
    fc.assert(
      fc.property(fc.array(fc.tuple(part, fc.boolean()), { maxLength: 5 }), fc.nat({ max: 12 }), (parts, spent) => {
        const balances = [parts, parts.toReversed()].map((order) => {
          const book = bought(spent);
          let settled: ReturnedCredits = UNSETTLED;
          const counted: MoneyReturn[] = [];
          for (const [nowMinor, isDispute] of order) {
            const one = isDispute ? dispute(nowMinor) : money(nowMinor);
            settled = moveCredits(book, { order: orderOf(settled), purchase, returns: [...counted, one] });
            counted.push({ ...one, countedMinor: nowMinor });
          }
          const returned = parts.reduce((sum, [nowMinor]) => sum + nowMinor, 0n);
          expect(settled.reversedCredits).toBe(returnTarget(credits(12), 1000n, returned));
          return book.balance.balance;
        });
        expect(balances[0]).toBe(balances[1]);
      }),
    );
  });
});

describe('a refund of what is unused', () => {
  it('takes what is there, although other credits of the purchase have lapsed', () => {
    const book = emptyBook();
    grantTo(book, 4, { source: purchase, sourcePart: 'bonus', expiresAt: addDays(NOW, 1) });
    grantTo(book, 8, { source: purchase });
    const later = laterBook(book, addDays(NOW, 2));
    bringUpToDate(later);
    const unused = money(666n, { unusedOnly: true });
    const settled = moveCredits(later, { order: orderOf(), purchase, returns: [unused] });
    expect(settled).toEqual({ ...UNSETTLED, reversedCredits: 8n });
    expect(later.balance.balance).toBe(0n);

    const rest = [money(666n, { unusedOnly: true, countedMinor: 666n }), money(334n)];
    const all = moveCredits(later, { order: orderOf(settled), purchase, returns: rest });
    expect(all).toEqual({ ...UNSETTLED, reversedCredits: 8n, lapsedCredits: 4n });
    expect(later.balance.balance).toBe(0n);
  });

  it('gives all of it back when it fails', () => {
    const book = bought(7);
    const taken = moveCredits(book, { order: orderOf(), purchase, returns: [money(416n, { unusedOnly: true })] });
    expect([taken.reversedCredits, book.balance.balance]).toEqual([5n, 0n]);
    const failed = money(0n, { unusedOnly: true, countedMinor: 416n });
    expect(moveCredits(book, { order: orderOf(taken), purchase, returns: [failed] })).toEqual(UNSETTLED);
    expect(book.balance.balance).toBe(5n);
  });
});
