import { addCredits, type Credits, maxCredits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import type { Entry } from '../book/model.js';

/**
 * What debits took from each grant and later credits have not yet given back, latest taken first. `entries` are all
 * debits and credits of one cause, oldest first. No place has more room than its grant's amount.
 */
export function takenLatestFirst(book: Book, entries: readonly Entry[]): { id: string; remaining: Credits }[] {
  /** By grant, in the order in which they were last taken from. */
  const taken = new Map<string, Credits>();
  for (const entry of entries) {
    for (const { grantId, amount } of entry.allocations) {
      const before = taken.get(grantId);
      if (entry.amount < 0n) {
        taken.delete(grantId);
        taken.set(grantId, addCredits(before ?? NO_CREDITS, amount));
      } else if (before !== undefined) {
        // A grant that was made by giving back was not taken from.
        taken.set(grantId, maxCredits(NO_CREDITS, subtractCredits(before, amount)));
      }
    }
  }
  return [...taken].reverse().flatMap(([id, left]) => {
    const grant = book.grant(id);
    if (grant === undefined) return [];
    return [{ id, remaining: minCredits(left, subtractCredits(grant.amount, grant.remaining)) }];
  });
}
