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
 * posted, and credits whose time is over expire, as far as holds do not cover them.
 */
export function bringUpToDate(book: Book): void {
  endOverdueHolds(book);
  for (const grant of dueGrants(book)) postGrant(book, grant);
  expireLapsed(book);
}

function endOverdueHolds(book: Book): void {
  for (const hold of book.holds) {
    if (hold.status === 'active' && hold.expiresAt <= book.now) endHold(book, hold, 'expired', hold.expiresAt);
  }
}

function dueGrants(book: Book): Grant[] {
  return book.grants
    .filter((grant) => grant.status === 'pending' && grant.effectiveAt <= book.now)
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

/** Expires what is over and no hold covers, earliest expiry first. */
export function expireLapsed(book: Book): void {
  if (!book.hasLapsedCredits) return;
  const lapsed = book
    .openGrants({ spendable: false })
    .filter((grant) => hasLapsed(grant, book.now))
    .sort((a, b) => Number(a.expiresAt) - Number(b.expiresAt) || Number(a.ordinal - b.ordinal));
  const total = lapsed.reduce((sum, grant) => addCredits(sum, grant.remaining), credits(0));
  let left = maxCredits(NO_CREDITS, subtractCredits(total, book.balance.held));
  for (const grant of lapsed) {
    if (left === NO_CREDITS) return;
    const amount = minCredits(grant.remaining, left);
    expire(book, grant, amount);
    left = subtractCredits(left, amount);
  }
}

function expire(book: Book, grant: Grant, amount: Credits): void {
  book.debit({
    kind: 'expiry',
    amount,
    allocations: [{ grantId: grant.id, amount }],
    source: { type: 'grant', id: grant.id },
    effectiveAt: grant.expiresAt ?? book.now,
  });
  grant.lapsed = addCredits(grant.lapsed, amount);
  if (grant.remaining === NO_CREDITS) grant.status = 'expired';
}
