import {
  addCredits,
  type Credits,
  credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import { allocate, compareBurnDown } from '../book/burn-down.js';
import type { Entry, Grant, Source } from '../book/model.js';
import { placeGivenBack } from './give-back.js';

/** Whether credits that are already spent are taken back as debt, or only what is there. */
export type ReturnPolicy = 'debt' | 'remaining';

/** What has come back of a purchase so far, in the order in which it was counted. */
export interface ReturnedCredits {
  lapsedCredits: Credits;
  reversedCredits: Credits;
  shortfallCredits: Credits;
}

export interface ReturnRequest {
  /** The source of the purchase's grants; its reversals carry the same. */
  purchase: Source;
  /** What should have come back by now, of all the purchase gave. */
  targetCredits: Credits;
  returned: ReturnedCredits;
  policy: ReturnPolicy;
  kind: 'refund_reversal' | 'dispute_reversal';
  reason?: string | null;
  actor?: string | null;
}

/**
 * The credits that should be back when part of the money is: half up, of what was really charged.
 * `target = round_half_up(credits * min(charged, returned) / charged)`, 0 when nothing was charged.
 */
export function returnTarget(given: Credits, chargedMinor: bigint, returnedMinor: bigint): Credits {
  if (chargedMinor <= 0n || returnedMinor <= 0n) return NO_CREDITS;
  const returned = returnedMinor < chargedMinor ? returnedMinor : chargedMinor;
  return credits((2n * given * returned + chargedMinor) / (2n * chargedMinor));
}

/**
 * Brings what has come back of a purchase to its target. Rising: what has lapsed already counts first, then credits are
 * taken back, then (policy `remaining`) a shortfall is left. Falling: the same in reverse order. At the target nothing
 * happens, so a fact may be delivered any number of times.
 */
export function reachTarget(book: Book, request: ReturnRequest): ReturnedCredits {
  const { lapsedCredits, reversedCredits, shortfallCredits } = request.returned;
  const change = request.targetCredits - (lapsedCredits + reversedCredits + shortfallCredits);
  if (change > 0n) return raise(book, request, credits(change));
  if (change < 0n) return lower(book, request, credits(-change));
  return request.returned;
}

function raise(book: Book, request: ReturnRequest, missing: Credits): ReturnedCredits {
  const { returned } = request;
  const everLapsed = sumCredits(book.grantsOf(request.purchase).map((grant) => grant.lapsed));
  const lapsed = minCredits(missing, maxCredits(NO_CREDITS, subtractCredits(everLapsed, returned.lapsedCredits)));
  const rest = subtractCredits(missing, lapsed);
  const taken = request.policy === 'remaining' ? minCredits(rest, maxCredits(NO_CREDITS, book.available)) : rest;
  if (taken > 0n) takeBack(book, request, taken);
  return {
    lapsedCredits: addCredits(returned.lapsedCredits, lapsed),
    reversedCredits: addCredits(returned.reversedCredits, taken),
    shortfallCredits: addCredits(returned.shortfallCredits, subtractCredits(rest, taken)),
  };
}

/** From the purchase's own grants first, then from the account by burn-down, then into debt. */
function takeBack(book: Book, request: ReturnRequest, amount: Credits): void {
  const { allocations } = allocate(ownFirst(book, request.purchase), amount);
  book.debit({
    kind: request.kind,
    amount,
    allocations,
    source: request.purchase,
    reason: request.reason,
    actor: request.actor,
  });
}

/** Open grants as they are asked for: those of the purchase, then all others, each in the order of burn-down. */
function* ownFirst(book: Book, purchase: Source): Generator<Grant> {
  const own = new Set<Grant>(book.grantsOf(purchase));
  yield* [...own].filter(({ status, remaining }) => status === 'active' && remaining > 0n).sort(compareBurnDown);
  for (const grant of book.openGrants({ spendable: false })) if (!own.has(grant)) yield grant;
}

function lower(book: Book, request: ReturnRequest, surplus: Credits): ReturnedCredits {
  const { returned } = request;
  const forgiven = minCredits(surplus, returned.shortfallCredits);
  const reinstated = minCredits(subtractCredits(surplus, forgiven), returned.reversedCredits);
  if (reinstated > 0n) reinstate(book, request, reinstated);
  const unlapsed = subtractCredits(subtractCredits(surplus, forgiven), reinstated);
  return {
    lapsedCredits: subtractCredits(returned.lapsedCredits, unlapsed),
    reversedCredits: subtractCredits(returned.reversedCredits, reinstated),
    shortfallCredits: subtractCredits(returned.shortfallCredits, forgiven),
  };
}

/**
 * Undoes reversals of this purchase, the latest one first: debt is repaid first, then the grants get back what it took,
 * latest taken first. What it took from none becomes a new grant whose source is the reinstatement's entry.
 */
function reinstate(book: Book, request: ReturnRequest, amount: Credits): void {
  book.assertFits(amount);
  const { purchase: source, reason, actor } = request;
  const entries = book.entries.filter((entry) => isMoneyBack(entry, source));
  book.credit({ kind: 'reinstatement', amount, source, reason, actor }, (rest, debtRepaid) =>
    placeGivenBack(book, entries, { rest, debtRepaid }),
  );
}

function isMoneyBack(entry: Entry, purchase: Source): boolean {
  return (
    (entry.kind === 'refund_reversal' || entry.kind === 'dispute_reversal' || entry.kind === 'reinstatement') &&
    entry.source.type === purchase.type &&
    entry.source.id === purchase.id
  );
}
