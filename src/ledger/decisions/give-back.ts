import { addCredits, type Credits, credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { type Book, sumOf } from '../book/book.js';
import type { Allocation, Entry } from '../book/model.js';
import { placeInNewGrant } from './grant.js';

/** What of a debit is not undone yet, and what it has taken that was not given back, in the order of taking. */
interface Debit {
  open: Credits;
  readonly taken: { grantId: string; amount: Credits }[];
}

/** How a credit is used: debt comes first, `rest` is left of it. */
interface Use {
  rest: Credits;
  debtRepaid: Credits;
}

/**
 * Places what debt leaves of a credit that undoes debits, the latest one first, each as if it were undone by itself: in
 * the grants that it took from, latest taken first, and in a new grant what it took from none. So a debit that is
 * undone leaves those before it as they were: credits that a debt took and a later grant has paid never lapse in a
 * grant from which an earlier debit took. `entries` are all debits and credits of one cause, oldest first.
 */
export function placeGivenBack(book: Book, entries: readonly Entry[], use: Use): Allocation[] {
  const debits = notUndone(entries);
  const { allocations, left } = undo(debits, use, roomIn(book, debits));
  return left > 0n ? [...allocations, placeInNewGrant(book, left, 'paid')] : allocations;
}

function notUndone(entries: readonly Entry[]): Debit[] {
  const debits: Debit[] = [];
  for (const { amount, debt, allocations } of entries) {
    if (amount < 0n) {
      debits.push({ open: credits(-amount), taken: allocations.map((one) => ({ ...one })) });
    } else {
      const given = new Map(allocations.map((one) => [one.grantId, one.amount]));
      undo(debits, { rest: sumOf(allocations), debtRepaid: credits(-debt) }, given);
    }
  }
  return debits;
}

/** No grant takes more than it was given at first. */
function roomIn(book: Book, debits: readonly Debit[]): Map<string, Credits> {
  const rooms = new Map<string, Credits>();
  for (const { grantId } of debits.flatMap(({ taken }) => taken)) {
    const grant = book.grant(grantId);
    if (grant !== undefined) rooms.set(grantId, subtractCredits(grant.amount, grant.remaining));
  }
  return rooms;
}

/** Undoes debits, as far as there is room in the grants, and returns what that gives back, and what has no grant. */
function undo(
  debits: Debit[],
  { rest, debtRepaid }: Use,
  rooms: Map<string, Credits>,
): { allocations: Allocation[]; left: Credits } {
  const given = new Map<string, Credits>();
  let [repaid, placed, left] = [debtRepaid, rest, NO_CREDITS];
  for (let debit = debits.at(-1); debit !== undefined && repaid + placed > 0n; debit = debits.at(-1)) {
    const toDebt = minCredits(debit.open, repaid);
    const toGrants = minCredits(subtractCredits(debit.open, toDebt), placed);
    left = addCredits(left, subtractCredits(toGrants, refill(debit, toGrants, rooms, given)));
    repaid = subtractCredits(repaid, toDebt);
    placed = subtractCredits(placed, toGrants);
    debit.open = subtractCredits(debit.open, addCredits(toDebt, toGrants));
    if (debit.open === NO_CREDITS) debits.pop();
  }
  const allocations = [...given].map(([grantId, amount]) => ({ grantId, amount }));
  return { allocations, left: addCredits(left, placed) };
}

/** Gives up to `amount` of what a debit took back to its grants. Returns how much had its place. */
function refill({ taken }: Debit, amount: Credits, rooms: Map<string, Credits>, given: Map<string, Credits>): Credits {
  let open = amount;
  for (let index = taken.length - 1; index >= 0 && open > 0n; index -= 1) {
    const one = taken[index];
    if (one === undefined) continue;
    const room = rooms.get(one.grantId) ?? NO_CREDITS;
    const share = minCredits(minCredits(one.amount, room), open);
    if (share > 0n) given.set(one.grantId, addCredits(given.get(one.grantId) ?? NO_CREDITS, share));
    rooms.set(one.grantId, subtractCredits(room, share));
    one.amount = subtractCredits(one.amount, share);
    open = subtractCredits(open, share);
  }
  while (taken.at(-1)?.amount === NO_CREDITS) taken.pop();
  return subtractCredits(amount, open);
}
