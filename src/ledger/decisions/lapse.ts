import {
  addCredits,
  type Credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import type { Grant } from '../book/model.js';

/**
 * Ends grants before their time: what remains of them expires now, in the order given. As with any expiry, credits that
 * holds cover stand on: whoever ended the grants asks again, or they lapse when their time is over. Returns what
 * remains.
 */
export function decideLapse(book: Book, grants: readonly Grant[]): Credits {
  const remaining = sumCredits(grants.map((grant) => grant.remaining));
  let left = maxCredits(NO_CREDITS, subtractCredits(remaining, book.balance.held));
  for (const grant of grants) {
    const amount = minCredits(grant.remaining, left);
    if (amount === NO_CREDITS) continue;
    expire(book, grant, amount, book.now);
    left = subtractCredits(left, amount);
  }
  return sumCredits(grants.map((grant) => grant.remaining));
}

/** Takes credits of a grant whose time is over, or is ended. */
export function expire(book: Book, grant: Grant, amount: Credits, effectiveAt: Date): void {
  const source = { type: 'grant', id: grant.id };
  book.debit({ kind: 'expiry', amount, allocations: [{ grantId: grant.id, amount }], source, effectiveAt });
  grant.lapsed = addCredits(grant.lapsed, amount);
  if (grant.remaining === NO_CREDITS) book.changeStatus(grant, 'expired');
  book.events.push({ type: 'grant.expired', at: effectiveAt, grant, lapsed: amount });
}
