import fc from 'fast-check';
import { addDays } from '../../../src/kernel/clock.js';
import { credits } from '../../../src/kernel/credits.js';
import { Problem } from '../../../src/kernel/problem.js';
import type { Book } from '../../../src/ledger/book/book.js';
import type { Grant, NewGrant } from '../../../src/ledger/book/model.js';
import { valuesOf } from '../../../src/ledger/costs/lot.js';
import { decideAdjust } from '../../../src/ledger/decisions/adjust.js';
import { bringUpToDate } from '../../../src/ledger/decisions/bring-up-to-date.js';
import { decideGrant } from '../../../src/ledger/decisions/grant.js';
import { decideLapse } from '../../../src/ledger/decisions/lapse.js';
import type { ReturnPolicy } from '../../../src/ledger/decisions/reach-target.js';
import { decideReverseSpend } from '../../../src/ledger/decisions/reverse-spend.js';
import { decideRevival, decideRollOver, rolledOverPart } from '../../../src/ledger/decisions/roll-over.js';
import { decideSpend } from '../../../src/ledger/decisions/spend.js';
import { decideVoidGrant } from '../../../src/ledger/decisions/void-grant.js';
import { emptyBook, laterBook, NOW } from '../../support/make/books.js';
import { Purchases } from './purchases-in-memory.js';

const A = { type: 'payment_intent', id: 'pi_a' };
const B = { type: 'payment_intent', id: 'pi_b' };

/** An account that pays for credits, spends them, and gets money back. */
class Shop {
  book = emptyBook();
  readonly purchases = new Purchases(this.book);
  private key = 0;

  buy(
    source: typeof A,
    amount: number,
    chargedMinor: number,
    more: Partial<NewGrant> & { taxMinor?: number; currency?: string; coversUntil?: Date } = {},
  ): Grant {
    const { taxMinor, currency = 'usd', coversUntil, ...given } = more;
    this.purchases.pay(source, { amount, chargedMinor, taxMinor, currency, coversUntil });
    const costBasis = { amountMinor: BigInt(chargedMinor), currency };
    return decideGrant(this.book, { category: 'paid', source, costBasis, ...given, amount: credits(amount) });
  }

  /** Given by call, with what was paid for it elsewhere. */
  give(amount: number, minor?: number): Grant {
    this.key += 1;
    const costBasis = minor === undefined ? null : { amountMinor: BigInt(minor), currency: 'eur' };
    const source = { type: 'request', id: `k${this.key}` };
    return decideGrant(this.book, { category: 'promotional', source, costBasis, amount: credits(amount) });
  }

  /** A plan without credits, for so many days. */
  plan(source: typeof A, chargedMinor: number, days: number): void {
    const coversUntil = addDays(this.book.now, days);
    this.purchases.pay(source, { amount: 0, chargedMinor, coversUntil });
  }

  spend(amount: number): string {
    this.key += 1;
    return decideSpend(this.book, {
      amount: credits(amount),
      idempotencyKey: `${this.key}`,
      description: null,
      metadata: {},
    }).spend.id;
  }

  reverse(spendId: string, amount?: number): void {
    decideReverseSpend(this.book, spendId, {
      amount: amount === undefined ? undefined : credits(amount),
      reason: 'a test',
      actor: null,
    });
  }

  adjust(amount: number): void {
    decideAdjust(this.book, { amount: credits(amount), reason: 'a test', actor: null });
  }

  later(days: number): void {
    const spends = this.book.newSpends;
    this.purchases.goOn(this.book);
    this.book = laterBook(this.book, addDays(this.book.now, days));
    for (const spend of spends)
      (this.book as unknown as { spendsById: Map<string, unknown> }).spendsById.set(spend.id, spend);
    this.purchases.goOn(this.book);
    bringUpToDate(this.book);
  }

  back(source: typeof A, minor: number, policy?: ReturnPolicy): void {
    this.purchases.moneyBack(source, minor, policy);
  }

  /** sold = recognised + broken + returned + owed. */
  of(source: { type: string; id: string }): string {
    const { sold, recognised, broken, returned, owed, tax } = this.purchases.standing(source);
    return `${sold} = ${recognised} + ${broken} + ${returned} + ${owed}${tax === 0n ? '' : `, tax ${tax}`}`;
  }
}

/** Each line: what happens; sold = recognised + broken + returned + owed. */
describe('where the money of a purchase stands', () => {
  let shop: Shop;
  beforeEach(() => {
    shop = new Shop();
  });

  it('is owed until it is spent, and all of it is recognised in the end, whatever the pieces', () => {
    shop.buy(A, 7, 1000);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 0 + 1000');
    for (const recognised of [143, 286, 429, 571, 714, 857, 1000]) {
      shop.spend(1);
      expect(shop.of(A)).toBe(`1000 = ${recognised} + 0 + 0 + ${1000 - recognised}`);
    }
  });

  it('comes back by the rule that it went by', () => {
    shop.buy(A, 3, 100);
    const spends = [shop.spend(1), shop.spend(1)];
    expect(shop.of(A)).toBe('100 = 67 + 0 + 0 + 33');
    for (const spend of spends) shop.reverse(spend);
    expect(shop.of(A)).toBe('100 = 0 + 0 + 0 + 100');
  });

  it('is returned where all was spent and all is refunded, and nothing of it was earned', () => {
    shop.buy(A, 12, 1000);
    shop.spend(12);
    expect(shop.of(A)).toBe('1000 = 1000 + 0 + 0 + 0');
    shop.back(A, 1000);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 1000 + 0');
  });

  it('is returned as far as a refund goes: of what is there first, then of what was spent', () => {
    shop.buy(A, 12, 1000);
    shop.spend(10);
    shop.back(A, 500);
    expect(shop.of(A)).toBe('1000 = 500 + 0 + 500 + 0');
  });

  it('is returned in full where policy remaining could take nothing', () => {
    shop.buy(A, 12, 1000);
    shop.spend(10);
    shop.back(A, 1000, 'remaining');
    expect(shop.book.balance.balance).toBe(0n);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 1000 + 0');
  });

  it('was broken where it lapsed, and is no longer where that money goes back', () => {
    shop.buy(A, 12, 1000, { expiresAt: addDays(NOW, 1) });
    shop.spend(3);
    shop.later(2);
    expect(shop.of(A)).toBe('1000 = 250 + 750 + 0 + 0');
    shop.back(A, 750);
    expect(shop.of(A)).toBe('1000 = 250 + 0 + 750 + 0');
    shop.back(A, 1000);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 1000 + 0');
  });

  it('is where it was when a dispute is won after it was lost', () => {
    shop.buy(A, 12, 1000);
    shop.spend(8);
    const before = shop.of(A);
    shop.back(A, 1000);
    shop.back(A, 0);
    expect([before, shop.of(A)]).toEqual(['1000 = 667 + 0 + 0 + 333', '1000 = 667 + 0 + 0 + 333']);
  });

  it('of what repays debt is recognised then, in its own currency; what comes back later is owed anew', () => {
    shop.buy(A, 12, 1000);
    shop.spend(12);
    shop.back(A, 1000);
    shop.buy(B, 24, 1800, { currency: 'eur' });
    expect([shop.of(A), shop.of(B)]).toEqual(['1000 = 0 + 0 + 1000 + 0', '1800 = 900 + 0 + 0 + 900']);
    shop.back(A, 0);
    expect([shop.of(A), shop.of(B)]).toEqual(['1000 = 0 + 0 + 0 + 1000', '1800 = 900 + 0 + 0 + 900']);
    shop.spend(24);
    expect([shop.of(A), shop.of(B)]).toEqual(['1000 = 1000 + 0 + 0 + 0', '1800 = 1800 + 0 + 0 + 0']);
  });

  it('of another purchase is spent where that pays for what was refunded', () => {
    shop.buy(A, 12, 1000);
    shop.spend(12);
    shop.buy(B, 12, 600);
    shop.back(A, 500);
    expect([shop.of(A), shop.of(B)]).toEqual(['1000 = 500 + 0 + 500 + 0', '600 = 300 + 0 + 0 + 300']);
    shop.back(A, 0);
    expect([shop.of(A), shop.of(B)]).toEqual(['1000 = 1000 + 0 + 0 + 0', '600 = 0 + 0 + 0 + 600']);
  });

  it('is not in what was given on top: promotional credits cost nothing', () => {
    shop.give(6);
    shop.buy(A, 12, 1000);
    shop.spend(6);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 0 + 1000');
    shop.spend(6);
    expect(shop.of(A)).toBe('1000 = 500 + 0 + 0 + 500');
  });

  it('rolls over with its credits, lapsed already or not', () => {
    const of = (grant: Grant) => ({
      category: grant.category,
      source: A,
      sourcePart: rolledOverPart(grant.sourcePart),
    });
    const first = shop.buy(A, 12, 1000, { sourcePart: 'l:0', expiresAt: addDays(NOW, 30) });
    shop.spend(3);
    decideRollOver(shop.book, first, { ...of(first), amount: credits(6), expiresAt: addDays(NOW, 60) });
    decideLapse(shop.book, [first]);
    expect(shop.of(A)).toBe('1000 = 250 + 250 + 0 + 500');
    shop.spend(6);
    expect(shop.of(A)).toBe('1000 = 750 + 250 + 0 + 0');

    const second = shop.buy(B, 10, 1000, { sourcePart: 'l:1', expiresAt: addDays(NOW, 1) });
    shop.spend(2);
    shop.later(2);
    expect(shop.of(B)).toBe('1000 = 200 + 800 + 0 + 0');
    const late = shop.book.grant(second.id) ?? second;
    decideRevival(shop.book, late, { ...of(late), source: B, amount: credits(6), expiresAt: addDays(NOW, 60) });
    expect(shop.of(B)).toBe('1000 = 200 + 200 + 0 + 600');
  });

  it('was paid elsewhere for a grant by call, and is broken by a void', () => {
    const grant = shop.give(8, 800);
    shop.spend(2);
    expect(shop.of(grant.source)).toBe('800 = 200 + 0 + 0 + 600');
    decideVoidGrant(shop.book, grant.id, { reason: null, actor: null });
    expect(shop.of(grant.source)).toBe('800 = 200 + 600 + 0 + 0');
  });

  it('is recognised where an adjustment takes credits, and costs nothing where it gives some', () => {
    shop.buy(A, 10, 1000);
    shop.adjust(-4);
    shop.adjust(10);
    expect(shop.of(A)).toBe('1000 = 400 + 0 + 0 + 600');
    shop.spend(16);
    expect(shop.of(A)).toBe('1000 = 1000 + 0 + 0 + 0');
  });

  it('is what was charged, not what stands in the list, and has tax apart', () => {
    shop.buy(A, 12, 952, { taxMinor: 152 });
    shop.spend(6);
    expect(shop.of(A)).toBe('800 = 400 + 0 + 0 + 400, tax 152');
    shop.back(A, 476);
    expect(shop.of(A)).toBe('800 = 400 + 0 + 400 + 0, tax 76');
  });

  it('of a plan without credits is recognised when it is over, or goes back before', () => {
    const plan = { type: 'invoice', id: 'in_1' };
    shop.plan(plan, 900, 30);
    expect(shop.purchases.standingNow()).toEqual({ usd: [900n, 0n, 0n, 0n, 0n] });
    shop.back(plan, 300);
    expect(shop.purchases.standingNow()).toEqual({ usd: [900n, 0n, 0n, 300n, 0n] });
    shop.later(30);
    expect(shop.purchases.standingNow()).toEqual({ usd: [900n, 600n, 0n, 300n, 0n] });
    expect(shop.purchases.countedBy(shop.book.now)).toEqual({ usd: [900n, 600n, 0n, 300n, 0n] });
    shop.back(plan, 900);
    expect(shop.purchases.standingNow()).toEqual({ usd: [900n, 0n, 0n, 900n, 0n] });
  });

  it('goes back by the cent where no credit does', () => {
    shop.buy(A, 12, 1000);
    shop.back(A, 1);
    expect(shop.of(A)).toBe('1000 = 0 + 0 + 1 + 999');
    shop.spend(12);
    expect(shop.of(A)).toBe('1000 = 999 + 0 + 1 + 0');
  });
});

type Step = (shop: Shop, dice: { a: number; b: number }) => void;
const PURCHASES = [A, B, { type: 'payment_intent', id: 'pi_c' }];

/** What may happen to an account; what is refused leaves everything as it was. */
const STEPS: Record<string, Step> = {
  spend: (shop, { a }) => void shop.spend(1 + (a % 9)),
  reverse: (shop, { a, b }) => {
    const spends = [...shop.book.newSpends];
    const spend = spends[a % Math.max(1, spends.length)];
    if (spend !== undefined) shop.reverse(spend.id, b % 3 === 0 ? undefined : 1 + (b % 4));
  },
  buy: (shop, { a, b }) => {
    const source = PURCHASES[a % 3] ?? A;
    if (shop.purchases.money.has(source.id)) return;
    const expiresAt = b % 2 === 0 ? addDays(shop.book.now, 1 + (b % 5)) : null;
    shop.buy(source, 1 + (b % 13), (a * 7) % 40, { expiresAt, taxMinor: Math.min((a * 7) % 40, b % 5) });
  },
  back: (shop, { a, b }) => {
    const source = PURCHASES[a % 3] ?? A;
    const known = shop.purchases.money.get(source.id);
    if (known === undefined) return;
    shop.back(source, b % (Number(known.chargedMinor) + 1), b % 2 === 0 ? 'debt' : 'remaining');
  },
  plan: (shop, { a, b }) => {
    const source = { type: 'invoice', id: `in_${a % 2}` };
    if (shop.purchases.money.has(source.id)) shop.back(source, b % 30);
    else shop.plan(source, 10 + (b % 20), a % 4);
  },
  give: (shop, { a, b }) => void shop.give(1 + (a % 6), b % 2 === 0 ? b % 30 : undefined),
  adjust: (shop, { a }) => shop.adjust((a % 15) - 7 || 1),
  later: (shop, { a }) => shop.later(a % 3),
};

describe('whatever happens to an account', () => {
  const dice = fc.record({ a: fc.nat(99), b: fc.nat(99) });
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(STEPS)), dice), { maxLength: 40 });

  it('all money has its place at every moment, as the ledger has its credits', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const shop = new Shop();
        const cuts = new Map<number, Record<string, bigint[]>>();
        for (const [name, thrown] of history) {
          try {
            STEPS[name]?.(shop, thrown);
          } catch (refusal) {
            if (!(refusal instanceof Problem)) throw refusal;
          }
          shop.purchases.follow();
          assertLots(shop.book, shop.purchases);
          for (const id of new Set([...shop.purchases.lots.values()].map(({ purchase }) => purchase.id))) {
            const standing = shop.purchases.standing({ type: '', id });
            const { recognised, later, broken, returned, owed } = standing;
            for (const part of [recognised, later, broken, returned, owed]) expect(part).toBeGreaterThanOrEqual(0n);
            const left = [...shop.purchases.lots.values()]
              .filter(({ purchase }) => purchase.id === id)
              .reduce((sum, lot) => sum + lot.amount - lot.spent - lot.lapsed - lot.taken, 0n);
            if (left === 0n) expect(owed).toBe(0n);
          }
          cuts.set(shop.book.now.getTime(), shop.purchases.standingNow());
        }
        for (const [ms, standing] of cuts) expect(shop.purchases.countedBy(new Date(ms))).toEqual(standing);
      }),
      { numRuns: 500 },
    );
  });

  function assertLots(book: Book, { lots }: Purchases): void {
    for (const lot of lots.values()) {
      const { amount, spent, lapsed, taken, moving, basisMinor } = lot;
      for (const part of [spent, lapsed, taken, basisMinor]) expect(part).toBeGreaterThanOrEqual(0n);
      expect(moving).toBe(0n);
      expect(amount - spent - lapsed - taken).toBe(book.grant(lot.grantId)?.remaining);
      const { spentMinor, lapsedMinor, takenMinor } = valuesOf(lot);
      for (const part of [spentMinor, lapsedMinor, takenMinor]) expect(part).toBeGreaterThanOrEqual(0n);
      expect(spentMinor + lapsedMinor + takenMinor).toBeLessThanOrEqual(basisMinor);
    }
  }
});
