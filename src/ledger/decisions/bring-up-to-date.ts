import {
  addCredits,
  type Credits,
  credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
} from '../../kernel/credits.js';
import type { Book } from '../book.js';
import { hasLapsed } from '../burn-down.js';
import type { Grant } from '../model.js';
import { endHold } from './holds.js';

/**
 * What every write does first and every read pretends: overdue holds end, grants that have become effective are
 * posted, and credits whose time is over expire, as far as holds do not cover them. One due instant after the other, so
 * that each entry says when it really happened.
 */
export function bringUpToDate(book: Book): void {
  for (const instant of dueInstants(book)) {
    endOverdueHolds(book, instant);
    for (const grant of dueGrants(book, instant)) postGrant(book, grant);
    expireLapsed(book, instant);
  }
}

/** The instants up to now at which time alone changes something, each once, in order. */
function dueInstants(book: Book): Date[] {
  const due = new Set<number>();
  const add = (instant: Date | null) => {
    if (instant !== null && instant <= book.now) due.add(instant.getTime());
  };
  for (const hold of book.holds) if (hold.status === 'active') add(hold.expiresAt);
  for (const grant of book.grants) {
    if (grant.status === 'pending') add(grant.effectiveAt);
    if (grant.status === 'pending' || grant.status === 'active') add(grant.expiresAt);
  }
  return [...due].sort((a, b) => a - b).map((ms) => new Date(ms));
}

function endOverdueHolds(book: Book, at: Date): void {
  for (const hold of book.holds) {
    if (hold.status === 'active' && hold.expiresAt <= at) endHold(book, hold, 'expired', hold.expiresAt);
  }
}

function dueGrants(book: Book, at: Date): Grant[] {
  return book.grants
    .filter((grant) => grant.status === 'pending' && grant.effectiveAt <= at)
    .sort((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || Number(a.ordinal - b.ordinal));
}

/** Credits the account with a pending grant: debt is repaid first, the rest remains to be spent. */
export function postGrant(book: Book, grant: Grant): void {
  book.credit(
    {
      kind: 'grant',
      amount: grant.amount,
      source: grant.source,
      reason: grant.reason,
      actor: grant.actor,
      effectiveAt: grant.effectiveAt,
    },
    (rest, debtRepaid) => {
      grant.debtRepaid = debtRepaid;
      grant.status = rest > 0n ? 'active' : 'depleted';
      book.touchGrant(grant);
      return rest > 0n ? [{ grantId: grant.id, amount: rest }] : [];
    },
  );
}

/**
 * Expires what is over at `at` and no hold covers, earliest expiry first. Every decision is followed by it, since it may
 * have uncovered or given back such credits: then they lapse now, not when their time was over.
 */
export function expireLapsed(book: Book, at: Date = book.now): void {
  if (!book.hasLapsedCredits) return;
  const lapsed = book
    .openGrants({ spendable: false })
    .filter((grant) => hasLapsed(grant, at))
    .sort((a, b) => Number(a.expiresAt) - Number(b.expiresAt) || Number(a.ordinal - b.ordinal));
  const total = lapsed.reduce((sum, grant) => addCredits(sum, grant.remaining), credits(0));
  let left = maxCredits(NO_CREDITS, subtractCredits(total, book.balance.held));
  for (const grant of lapsed) {
    if (left === NO_CREDITS) return;
    const amount = minCredits(grant.remaining, left);
    expire(book, grant, amount, at);
    left = subtractCredits(left, amount);
  }
}

function expire(book: Book, grant: Grant, amount: Credits, effectiveAt: Date): void {
  book.debit({
    kind: 'expiry',
    amount,
    allocations: [{ grantId: grant.id, amount }],
    source: { type: 'grant', id: grant.id },
    effectiveAt,
  });
  grant.lapsed = addCredits(grant.lapsed, amount);
  if (grant.remaining === NO_CREDITS) grant.status = 'expired';
}
