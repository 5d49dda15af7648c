import { addDays } from '../../src/kernel/clock.js';
import { credits, NO_CREDITS } from '../../src/kernel/credits.js';
import type { Book } from '../../src/ledger/book/book.js';
import { bringUpToDate } from '../../src/ledger/decisions/bring-up-to-date.js';
import { decidePlaceHold } from '../../src/ledger/decisions/holds.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import type { Allowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import {
  closeEnded,
  closeFollowed,
  closeUncovered,
  lapsesAt,
} from '../../src/subscriptions/allowances/close-allowances.js';
import { emptyBook, grantTo, laterBook } from '../support/make/books.js';
import { day } from '../support/make/invoices.js';

const JANUARY = day('2027-01-01');
const FEBRUARY = day('2027-02-01');
const rollover = { rolloverMonths: 1, rolloverCapCredits: credits(10) };

let made = 0;

/** An allowance with its grant in the book. */
function given(book: Book, amount: number, more: Partial<Allowance> = {}): Allowance {
  made += 1;
  const purchase = { type: 'payment_intent', id: `pi_sub_${made}` };
  const span = { startsAt: JANUARY, endsAt: FEBRUARY };
  const expiresAt = lapsesAt({ ...span, ...more });
  const grant = amount === 0 ? undefined : grantTo(book, amount, { source: purchase, sourcePart: 'il', expiresAt });
  return {
    id: `alw_${made}`,
    accountId: 'ada',
    stripeSubscriptionId: 'sub_1',
    orderId: `ord_${made}`,
    stripeInvoiceId: `in_${made}`,
    stripeLineId: 'il',
    month: 0,
    kind: 'period',
    plan: 'basic',
    allotmentCredits: credits(amount),
    included: [],
    credits: credits(amount),
    coveredCredits: NO_CREDITS,
    costBasisMinor: 0n,
    currency: 'usd',
    rolloverMonths: null,
    rolloverCapCredits: null,
    ...span,
    cutOffAt: null,
    paidAt: span.startsAt,
    purchase,
    sourcePart: 'il',
    status: 'granted',
    grantId: grant?.id ?? null,
    rolledCredits: NO_CREDITS,
    createdAt: span.startsAt,
    updatedAt: span.startsAt,
    ...more,
  };
}

const february = (book: Book, paidAt = FEBRUARY) =>
  given(book, 20, { startsAt: FEBRUARY, endsAt: day('2027-03-01'), paidAt });
const close = (book: Book, allowances: Allowance[]) => closeFollowed(book, allowances, { mayRevive: () => true });
const spend = (book: Book, amount: number) =>
  decideSpend(book, { amount: credits(amount), idempotencyKey: `k${amount}`, description: null, metadata: {} });
const entries = (book: Book) => book.newEntries.map(({ kind, amount }) => `${kind} ${amount}`);

describe('a renewal', () => {
  it('lets the rest of the period lapse, and never what was bought', () => {
    const book = emptyBook(JANUARY);
    const bought = grantTo(book, 12);
    const period = given(book, 20);
    spend(book, 5);
    const renewed = laterBook(book, FEBRUARY);
    const [closed] = close(renewed, [period, february(renewed)]);
    expect(closed).toMatchObject({ status: 'closed', rolledCredits: 0n });
    expect(entries(renewed)).toEqual(['grant 20', 'expiry -15']);
    expect(renewed.grant(bought.id)?.remaining).toBe(12n);
    expect(renewed.balance.balance).toBe(32n);
  });

  it('rolls over what the plan lets it keep, as a grant of its own that lives on', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20, rollover);
    spend(book, 5);
    const renewed = laterBook(book, FEBRUARY);
    const [closed] = close(renewed, [period, february(renewed)]);
    expect(closed).toMatchObject({ rolledCredits: 10n, revivedCredits: 0n });
    expect(entries(renewed)).toEqual(['grant 20', 'adjustment -10', 'grant 10', 'expiry -5']);
    expect(renewed.grantsOf(period.purchase).find(({ sourcePart }) => sourcePart === 'rollover:il')).toMatchObject({
      remaining: 10n,
      expiresAt: day('2027-03-01'),
      category: 'paid',
    });
    expect(renewed.grant(period.grantId ?? '')).toMatchObject({ remaining: 0n, lapsed: 5n, status: 'expired' });
  });

  it('rolls over all that is left where there is no cap, and less where less is left', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20, { rolloverMonths: 2 });
    const renewed = laterBook(book, FEBRUARY);
    expect(close(renewed, [period, february(renewed)])[0]?.rolledCredits).toBe(20n);
    const [rolled] = renewed.grantsOf(period.purchase).filter(({ sourcePart }) => sourcePart === 'rollover:il');
    expect(rolled).toMatchObject({ remaining: 20n, expiresAt: day('2027-04-01') });

    const poor = emptyBook(JANUARY);
    const spent = given(poor, 20, rollover);
    spend(poor, 17);
    const next = laterBook(poor, FEBRUARY);
    expect(close(next, [spent, february(next)])[0]?.rolledCredits).toBe(3n);
  });

  it('has one cap for a period and the upgrade within it', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 4, rollover);
    const upgrade = given(book, 15, { kind: 'upgrade', startsAt: day('2027-01-10'), ...rollover });
    const renewed = laterBook(book, FEBRUARY);
    const closed = close(renewed, [period, upgrade, february(renewed)]);
    expect(closed.map(({ rolledCredits }) => rolledCredits)).toEqual([4n, 6n]);
  });

  it('keeps the cap when something of the period is heard of afterwards', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20, rollover);
    const renewed = laterBook(book, FEBRUARY);
    const next = february(renewed);
    const [closed] = close(renewed, [period, next]);
    const late = given(renewed, 15, {
      kind: 'upgrade',
      startsAt: day('2027-01-10'),
      rolloverMonths: 1,
      rolloverCapCredits: credits(12),
    });
    const again = close(renewed, [
      { ...period, status: 'closed', rolledCredits: closed?.rolledCredits ?? NO_CREDITS },
      late,
      next,
    ]);
    expect(again.map(({ allowance, rolledCredits }) => [allowance.id, rolledCredits])).toEqual([[late.id, 2n]]);
  });

  it('that was paid too late finds nothing left', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20, rollover);
    const now = addDays(FEBRUARY, 3);
    const renewed = laterBook(book, now);
    bringUpToDate(renewed);
    expect(close(renewed, [period, february(renewed, now)])[0]).toMatchObject({ status: 'closed', rolledCredits: 0n });
    expect(entries(renewed)).toEqual(['expiry -20', 'grant 20']);
  });

  it('that was paid in time and heard of late still rolls over', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20, rollover);
    const renewed = laterBook(book, addDays(FEBRUARY, 3));
    bringUpToDate(renewed);
    const next = february(renewed);
    expect(closeFollowed(renewed, [period], { mayRevive: () => true })).toEqual([]);
    expect(close(renewed, [period, next])[0]).toMatchObject({ rolledCredits: 10n, revivedCredits: 10n });
    expect(renewed.balance.balance).toBe(30n);
    const refunded = laterBook(book, addDays(FEBRUARY, 3));
    bringUpToDate(refunded);
    expect(closeFollowed(refunded, [period, february(refunded)], { mayRevive: () => false })[0]?.rolledCredits).toBe(
      0n,
    );
  });

  it('leaves what holds cover, until they are over', () => {
    const book = emptyBook(JANUARY);
    const period = given(book, 20);
    decidePlaceHold(book, { amount: credits(8), expiresInSeconds: 32 * 86_400, idempotencyKey: 'h' });
    const renewed = laterBook(book, FEBRUARY);
    const next = february(renewed);
    const [closed] = close(renewed, [period, next]);
    expect(closed?.status).toBe('closing');
    expect([renewed.balance.balance, renewed.available]).toEqual([28n, 20n]);
    const after = laterBook(renewed, addDays(FEBRUARY, 1));
    bringUpToDate(after);
    closeUncovered(after, [{ ...period, status: 'closing' }, next]);
    expect(after.balance.balance).toBe(20n);
  });
});

describe('the end of a subscription', () => {
  it('ends all that it gave, and nothing that was bought', () => {
    const book = emptyBook(JANUARY);
    grantTo(book, 12);
    const period = given(book, 20, rollover);
    const renewed = laterBook(book, FEBRUARY);
    const next = february(renewed);
    close(renewed, [period, next]);
    expect(renewed.balance.balance).toBe(42n);
    const closed = closeEnded(renewed, [{ ...period, status: 'closed' }, next]);
    expect(closed.map(({ allowance }) => allowance.id)).toEqual([next.id]);
    expect(renewed.balance.balance).toBe(12n);
  });
});
