import { addCredits, type Credits, NO_CREDITS } from '../../kernel/credits.js';
import type { Book } from '../../ledger/book/book.js';
import { decideGrant } from '../../ledger/decisions/grant.js';
import { decideEndIncluded, decideInclude } from '../../ledger/decisions/include.js';
import { NO_QUANTITY } from '../../rating/pricing/quantity.js';
import { hasEnded } from '../mirror/access.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import type { Allowance } from './allowance.entity.js';
import { type ClosedAllowance, closeEnded, closeFollowed, closeUncovered, lapsesAt } from './close-allowances.js';

/** What stands of the money of an order. */
export interface OrderMoney {
  /** Whether all of it went back. */
  isReturned: boolean;
  /** What of the order's lapsed credits a refund or dispute was settled with. */
  lapsedCredits: Credits;
}

/** An allowance as it was and as it is now. */
export interface AllowanceChange {
  before: Allowance;
  after: Allowance;
  /** What of it had lapsed, and was given anew now. */
  revivedCredits: Credits;
}

export interface AllowanceContext {
  subscription: Pick<Subscription, 'status' | 'endedAt'>;
  /** By order. */
  money: ReadonlyMap<string, OrderMoney>;
}

/**
 * Does with a subscription's allowances, in the order of time, what is due: grants those whose time has come, ends and
 * rolls over those that were followed, and ends all when the subscription has. Pure but for the book.
 */
export function decideAllowances(
  book: Book,
  allowances: readonly Allowance[],
  { subscription, money }: AllowanceContext,
): AllowanceChange[] {
  const mayRevive = ({ orderId }: Allowance) => (money.get(orderId)?.lapsedCredits ?? NO_CREDITS) === NO_CREDITS;
  const standing = new Standing(allowances);
  for (const allowance of allowances.filter(({ status }) => status === 'scheduled')) {
    const isNever = isCanceled(allowance, subscription);
    if (isNever) standing.set({ ...allowance, status: 'canceled' });
    if (isNever || allowance.startsAt > book.now || isWithoutMoney(allowance, money)) continue;
    const beginning: Allowance = { ...allowance, status: 'granted' };
    standing.set(beginning);
    standing.close(closeFollowed(book, standing.now, { mayRevive, beginning }));
    standing.set({ ...beginning, grantId: grantOf(book, beginning) });
    include(book, beginning);
  }
  standing.close(closeFollowed(book, standing.now, { mayRevive }));
  const isOver = hasEnded(subscription.status);
  standing.close(isOver ? closeEnded(book, standing.now) : closeUncovered(book, standing.now));
  for (const { before, after } of standing.changes)
    if (before.status !== 'closing' && (after.status === 'closing' || after.status === 'closed'))
      endIncluded(book, after, isOver ? subscription.endedAt : null);
  return standing.changes;
}

/** It covers usage of its month, and of as long after it as its credits live when nothing follows. */
function include(book: Book, { included, startsAt, purchase: source, sourcePart, ...allowance }: Allowance): void {
  for (const { meter, match, quantity } of included)
    if (quantity > NO_QUANTITY)
      decideInclude(book, {
        ...{ meter, match, quantity, source, sourcePart },
        effectiveAt: startsAt,
        expiresAt: lapsesAt(allowance),
      });
}

/** What it includes covers no usage of the next period, and none after the end of the subscription. */
function endIncluded(book: Book, { included, endsAt, purchase, sourcePart }: Allowance, endedAt: Date | null): void {
  if (included.length === 0) return;
  const at = endedAt !== null && endedAt < endsAt ? endedAt : endsAt;
  decideEndIncluded(book, { source: purchase, sourcePart, at });
}

/** Allowances as they were, and as they are after each step. */
class Standing {
  private readonly current: Map<string, Allowance>;
  private readonly revived = new Map<string, Credits>();

  constructor(private readonly before: readonly Allowance[]) {
    this.current = new Map(before.map((allowance) => [allowance.id, allowance]));
  }

  get now(): Allowance[] {
    return [...this.current.values()];
  }

  get changes(): AllowanceChange[] {
    return this.before
      .map((before) => ({
        before,
        after: this.current.get(before.id) ?? before,
        revivedCredits: this.revived.get(before.id) ?? NO_CREDITS,
      }))
      .filter(({ before, after }) => after.status !== before.status);
  }

  set(allowance: Allowance): void {
    this.current.set(allowance.id, allowance);
  }

  close(closed: readonly ClosedAllowance[]): void {
    for (const { allowance, status, rolledCredits, revivedCredits } of closed) {
      this.set({ ...allowance, status, rolledCredits: addCredits(allowance.rolledCredits, rolledCredits) });
      if (revivedCredits > 0n) this.revived.set(allowance.id, revivedCredits);
    }
  }
}

/** What would begin after the end of the subscription is never granted. */
function isCanceled({ startsAt }: Allowance, { status, endedAt }: AllowanceContext['subscription']): boolean {
  return hasEnded(status) && endedAt !== null && startsAt >= endedAt;
}

/**
 * A later month is not granted while all of its money is back. A refund can fail afterwards: then it is due at once.
 */
function isWithoutMoney({ month, orderId }: Allowance, money: AllowanceContext['money']): boolean {
  return month > 0 && money.get(orderId)?.isReturned === true;
}

function grantOf(book: Book, allowance: Allowance): string | null {
  const { credits: amount, kind, purchase: source, sourcePart, costBasisMinor, currency } = allowance;
  if (amount === NO_CREDITS) return null;
  return decideGrant(book, {
    amount,
    category: kind === 'trial' ? 'promotional' : 'paid',
    source,
    sourcePart,
    expiresAt: lapsesAt(allowance),
    costBasis: { amountMinor: costBasisMinor, currency },
  }).id;
}
