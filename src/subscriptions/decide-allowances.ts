import { addCredits, type Credits, NO_CREDITS } from '../kernel/credits.js';
import type { Book } from '../ledger/book.js';
import { decideGrant } from '../ledger/decisions/grant.js';
import { hasEnded } from './access.js';
import type { Allowance } from './allowance.js';
import { type ClosedAllowance, closeEnded, closeFollowed, closeUncovered, lapsesAt } from './close-allowances.js';
import type { Subscription } from './subscription.js';

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
  const begun = allowances.map((allowance) => begin(book, allowance, { subscription, money }));
  const mayRevive = ({ orderId }: Allowance) => (money.get(orderId)?.lapsedCredits ?? NO_CREDITS) === NO_CREDITS;
  const followed = closeFollowed(book, begun, mayRevive);
  const renewed = begun.map((allowance) => after(allowance, followed));
  const over = hasEnded(subscription.status) ? closeEnded(book, renewed) : closeUncovered(book, renewed);
  return allowances
    .map((before, index) => ({
      before,
      after: after(renewed[index] ?? before, over),
      revivedCredits: followed.find(({ allowance }) => allowance.id === before.id)?.revivedCredits ?? NO_CREDITS,
    }))
    .filter((change) => change.after.status !== change.before.status);
}

function begin(book: Book, allowance: Allowance, context: AllowanceContext): Allowance {
  if (allowance.status !== 'scheduled') return allowance;
  if (isCanceled(allowance, context)) return { ...allowance, status: 'canceled' };
  if (allowance.startsAt > book.now) return allowance;
  return { ...allowance, status: 'granted', grantId: grantOf(book, allowance) };
}

/** What would begin after the end of the subscription, or when all of its money is back, is never granted. */
function isCanceled({ startsAt, month, orderId }: Allowance, { subscription, money }: AllowanceContext): boolean {
  const { status, endedAt } = subscription;
  if (hasEnded(status) && endedAt !== null && startsAt >= endedAt) return true;
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

function after(allowance: Allowance, closed: readonly ClosedAllowance[]): Allowance {
  const own = closed.find((one) => one.allowance.id === allowance.id);
  if (own === undefined) return allowance;
  return { ...allowance, status: own.status, rolledCredits: addCredits(allowance.rolledCredits, own.rolledCredits) };
}
