import { addCredits, type Credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { Book } from '../book.js';
import type { Entry } from '../model.js';

interface Taken {
  id: string;
  left: Credits;
}

/**
 * What debits took from each grant and later credits have not yet given back, latest taken first. `entries` are all
 * debits and credits of one cause, oldest first. No place has more room than its grant's amount.
 */
export function takenLatestFirst(book: Book, entries: readonly Entry[]): { id: string; remaining: Credits }[] {
  const stack: Taken[] = [];
  for (const entry of entries) {
    for (const { grantId, amount } of entry.amount < 0n ? entry.allocations : [])
      stack.push({ id: grantId, left: amount });
    for (const { grantId, amount } of entry.amount > 0n ? entry.allocations : []) giveBack(stack, grantId, amount);
  }
  const byGrant = new Map<string, Credits>();
  for (const { id, left } of stack.reverse()) byGrant.set(id, addCredits(byGrant.get(id) ?? NO_CREDITS, left));
  return [...byGrant].flatMap(([id, taken]) => {
    const grant = book.grant(id);
    if (grant === undefined) return [];
    return [{ id, remaining: minCredits(taken, subtractCredits(grant.amount, grant.remaining)) }];
  });
}

/** Takes what was given back to a grant off the stack, from its end. A grant made by the giving back is not on it. */
function giveBack(stack: Taken[], grantId: string, amount: Credits): void {
  let open = amount;
  for (const taken of stack.toReversed()) {
    if (taken.id !== grantId) continue;
    const undone = minCredits(taken.left, open);
    taken.left = subtractCredits(taken.left, undone);
    open = subtractCredits(open, undone);
  }
}
