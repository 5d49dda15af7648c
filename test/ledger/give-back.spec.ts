import fc from 'fast-check';
import { addDays } from '../../src/kernel/clock.js';
import { credits, subtractCredits } from '../../src/kernel/credits.js';
import type { Grant, NewGrant, Spend } from '../../src/ledger/book/model.js';
import { decideAdjust } from '../../src/ledger/decisions/adjust.js';
import { bringUpToDate, expireLapsed } from '../../src/ledger/decisions/bring-up-to-date.js';
import { type ReturnedCredits, type ReturnPolicy, reachTarget } from '../../src/ledger/decisions/reach-target.js';
import { decideReverseSpend } from '../../src/ledger/decisions/reverse-spend.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { emptyBook, grantTo, laterBook, NOW } from '../support/make/books.js';

const purchase = { type: 'payment_intent', id: 'pi_bought' };
const reason = { reason: 'a test', actor: null };

/** An account with one purchase, which lives on from day to day. */
class Life {
  private book = emptyBook();
  private day = 0;
  private settled: ReturnedCredits = {
    lapsedCredits: credits(0),
    reversedCredits: credits(0),
    shortfallCredits: credits(0),
  };

  get balance(): number {
    return Number(this.book.balance.balance);
  }

  get target(): number {
    const { lapsedCredits, reversedCredits, shortfallCredits } = this.settled;
    return Number(lapsedCredits + reversedCredits + shortfallCredits);
  }

  /** What remains of each grant, in the order of creation. */
  get remaining(): number[] {
    return this.book.grants.map(({ remaining }) => Number(remaining));
  }

  buy(amount: number, lastsDays: number | null = null): Grant {
    return this.grant(amount, { source: purchase, expiresAt: lastsDays === null ? null : this.after(lastsDays) });
  }

  grant(amount: number, given: Partial<NewGrant> = {}): Grant {
    return grantTo(this.book, amount, given);
  }

  /** As much of `amount` as there is. */
  spend(amount: number): Spend | undefined {
    const within = Math.min(amount, Number(this.book.available));
    if (within <= 0) return undefined;
    const request = { amount: credits(within), idempotencyKey: 'k', description: null, metadata: {} };
    return this.decided(() => decideSpend(this.book, request)).spend;
  }

  reverse(spend: Spend | undefined, amount?: number): void {
    const request = { ...reason, amount: amount === undefined ? undefined : credits(amount) };
    this.decided(() => decideReverseSpend(this.book, spend?.id ?? '', request));
  }

  adjust(amount: number): void {
    this.decided(() => decideAdjust(this.book, { ...reason, amount: credits(amount) }));
  }

  settle(target: number, policy: ReturnPolicy = 'debt'): void {
    const request = { purchase, targetCredits: credits(target), policy, kind: 'refund_reversal' as const };
    this.settled = this.decided(() => reachTarget(this.book, { ...request, returned: this.settled }));
  }

  /** An entry as it may have been stored: all of what came back is in one grant. */
  cameBackTo({ id: grantId }: Grant, of: number): void {
    const amount = credits(of);
    this.book.credit({ kind: 'reinstatement', amount, source: purchase }, () => [{ grantId, amount }]);
    this.settled = {
      ...this.settled,
      reversedCredits: subtractCredits(this.settled.reversedCredits, amount),
    };
  }

  /** Only what is stored is known afterwards. */
  pass(days: number): void {
    this.day += days;
    this.book = laterBook(this.book, this.after(0));
    bringUpToDate(this.book);
  }

  after(days: number): Date {
    return addDays(NOW, this.day + days);
  }

  private decided<T>(decide: () => T): T {
    const decision = decide();
    expireLapsed(this.book);
    return decision;
  }
}

type Happening =
  | { what: 'grant'; amount: number; priority: number; lastsDays: number | null }
  | { what: 'pass'; days: number }
  | { what: 'spend'; amount: number }
  | { what: 'adjust'; amount: number }
  | { what: 'settle'; target: number };

function happen(life: Life, it: Happening): void {
  if (it.what === 'pass') life.pass(it.days);
  else if (it.what === 'spend') life.spend(it.amount);
  else if (it.what === 'adjust') life.adjust(it.amount);
  else if (it.what === 'settle') life.settle(it.target);
  else {
    const expiresAt = it.lastsDays === null ? null : life.after(it.lastsDays);
    life.grant(it.amount, { priority: it.priority, expiresAt });
  }
}

const amount = fc.integer({ min: 1, max: 9 });
const lastsDays = fc.option(fc.integer({ min: 1, max: 6 }), { nil: null });
const granted = fc.record({
  what: fc.constant('grant' as const),
  amount,
  priority: fc.constantFrom(0, 50),
  lastsDays,
});
const passed = fc.record({ what: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 3 }) });
const spent = fc.record({ what: fc.constant('spend' as const), amount });
const adjusted = fc.record({ what: fc.constant('adjust' as const), amount: fc.constantFrom(-6, -3, -1, 2) });
const settled = fc.record({ what: fc.constant('settle' as const), target: fc.integer({ min: 0, max: 8 }) });

/** What happens to an account before a return of `more` credits, and until that return fails. */
const failures = fc.record({
  bought: fc.record({ amount: fc.integer({ min: 8, max: 12 }), lastsDays }),
  before: fc.array(fc.oneof(granted, passed, spent, adjusted, settled, settled), { maxLength: 8 }),
  more: amount,
  policy: fc.constantFrom<ReturnPolicy>('debt', 'remaining'),
  meanwhile: fc.array(fc.oneof(granted, passed), { maxLength: 4 }),
});

describe('credits that come back', () => {
  it('leave no trace of a return that failed: those before it are undone as if it had never been', () => {
    const withIt = new Life();
    const without = new Life();
    for (const life of [withIt, without]) {
      life.buy(9);
      const spend = life.spend(8);
      life.grant(1, { priority: 0 });
      life.settle(3);
      expect(life.remaining).toEqual([0, 0]);
      life.reverse(spend);
      expect(life.remaining).toEqual([7, 0]);
    }
    withIt.settle(4);
    expect(withIt.remaining).toEqual([6, 0]);
    withIt.settle(2);
    without.settle(2);
    expect(without.remaining).toEqual([7, 1]);
    expect(withIt.remaining).toEqual([7, 1]);
  });

  it('do not lapse in the grant of an earlier return, when a debt took them that a grant has repaid since', () => {
    const life = new Life();
    life.buy(6, 2);
    life.spend(3);
    life.settle(3);
    life.settle(6);
    expect(life.balance).toBe(-3);
    life.grant(10);
    expect(life.balance).toBe(7);
    life.pass(3);
    life.settle(3);
    expect(life.balance).toBe(10);
    expect(life.remaining).toEqual([0, 7, 3]);
  });

  it('do not lapse in the grant of a return that was undone already, when that repaid another debt', () => {
    const life = new Life();
    life.buy(6, 2);
    life.spend(3);
    life.settle(3);
    life.adjust(-5);
    life.settle(0);
    expect(life.balance).toBe(-2);
    life.settle(3);
    life.grant(10);
    expect(life.balance).toBe(5);
    life.pass(3);
    life.settle(0);
    expect(life.balance).toBe(8);
    expect(life.remaining).toEqual([0, 5, 3]);
  });

  it('do not come back twice to a grant that an earlier version of the service preferred', () => {
    const life = new Life();
    const bought = life.buy(9);
    const spend = life.spend(8);
    life.grant(1, { priority: 0 });
    life.settle(3);
    life.reverse(spend);
    life.settle(4);
    life.cameBackTo(bought, 2);
    expect(life.remaining).toEqual([8, 0]);
    life.settle(0);
    expect(life.remaining).toEqual([8, 1, 1]);
  });

  it('of one spend return to what it took last, in however many parts, though a debt has had the first', () => {
    for (const parts of [[5], [3, 2], [1, 1, 1, 1, 1]]) {
      const life = new Life();
      life.grant(2, { priority: 0 });
      life.grant(3);
      const spend = life.spend(5);
      life.adjust(-3);
      for (const part of parts) life.reverse(spend, part);
      expect(life.remaining).toEqual([0, 2]);
    }
  });

  it('never leave less than there would be if the return that failed had never been', () => {
    fc.assert(
      fc.property(failures, ({ bought, before, more, policy, meanwhile }) => {
        const [withIt, without] = [new Life(), new Life()];
        for (const life of [withIt, without]) {
          life.buy(bought.amount, bought.lastsDays);
          for (const step of before) happen(life, step);
        }
        const { target: settledTo } = without;
        withIt.settle(Math.min(bought.amount, settledTo + more), policy);
        for (const life of [withIt, without]) for (const step of meanwhile) happen(life, step);
        withIt.settle(settledTo);
        for (const life of [withIt, without]) life.pass(30);
        expect(withIt.balance).toBeGreaterThanOrEqual(without.balance);
      }),
      { numRuns: 1_000 },
    );
  });
});
