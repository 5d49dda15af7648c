import { addSeconds } from '../../kernel/clock.js';
import { addCredits, type Credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Allocation, Entry, Grant, Hold, HoldKey, NewSpend } from '../book/model.js';
import {
  CaptureExceedsHold,
  HoldAlreadyCaptured,
  HoldAlreadyExpired,
  HoldAlreadyReleased,
  HoldLifeExceeded,
  HoldNotFound,
  InsufficientCredits,
} from '../ledger.problems.js';
import type { Overage } from '../usage/holds/capture-forms.js';
import type { HoldUsage } from '../usage/holds/hold-usage.js';
import { canAfford } from './afford.js';
import { giveBackOf, requireReserved } from './hold-usage.js';

/** The longest that a hold may live from its placing, however often it is extended. */
export const MAX_HOLD_LIFE_SECONDS = 30 * 86_400;

export interface PlaceHoldRequest {
  amount: Credits;
  expiresInSeconds: number;
  idempotencyKey: string;
  /** The key that its row is to keep; absent where the answer is stored. */
  ownKey?: HoldKey;
  /** What it was estimated by; absent of a hold of an amount. */
  usage?: HoldUsage;
}

/** Puts credits aside. They count from this instant; no grants are picked. @throws InsufficientCredits */
export function decidePlaceHold(book: Book, request: PlaceHoldRequest): Hold {
  if (!canAfford(book.available, request.amount))
    throw new InsufficientCredits({ availableCredits: book.available, requestedCredits: request.amount });
  const { amount, expiresInSeconds, idempotencyKey, ownKey, usage } = request;
  return book.addHold(amount, addSeconds(book.now, expiresInSeconds), idempotencyKey, { ownKey, usage });
}

export interface CaptureHoldRequest {
  amount: Credits;
  /** Gives the rest of the hold back. */
  final: boolean;
  /** `refuse` where it is absent. */
  overage?: Overage;
  idempotencyKey: string;
}

export interface CapturedHold {
  readonly hold: Hold;
  readonly spend: NewSpend;
  readonly entry: Entry;
}

/**
 * Spends what is held, by burn-down at this moment, lapsed credits that the hold has kept standing included. Within its
 * hold a capture always succeeds: what a refund has meanwhile taken becomes debt. A hold of an amount ends with its
 * last credit; one by lines when it is said to, since what is left of its usage may cost nothing.
 * @throws CaptureExceedsHold or InsufficientCredits beyond the hold, and the refusals of a hold that is not active
 */
export function decideCaptureHold(book: Book, holdId: string, request: CaptureHoldRequest): CapturedHold {
  const hold = activeHold(book, holdId);
  requireReserved(book, hold);
  const captured = takeHeld(book, hold, request);
  finishCapture(book, hold, request.final);
  return captured;
}

/** Takes credits of a hold. Refuses before it has changed anything, and does not end the hold. */
export function takeHeld(
  book: Book,
  hold: Hold,
  { amount, overage, idempotencyKey }: Omit<CaptureHoldRequest, 'final'>,
): CapturedHold {
  const held = subtractCredits(hold.amount, hold.captured);
  const within = minCredits(held, amount);
  const beyond = subtractCredits(amount, within);
  if (beyond > 0n) {
    if (overage !== 'available') throw new CaptureExceedsHold({ heldCredits: held, requestedCredits: amount });
    if (!canAfford(book.available, beyond))
      throw new InsufficientCredits({ availableCredits: book.available, requestedCredits: beyond });
  }
  const allocations =
    beyond === NO_CREDITS
      ? allocate(book.openGrants({ spendable: false }), within).allocations
      : takenBeyond(book, within, beyond);
  hold.captured = addCredits(hold.captured, within);
  hold.overage = addCredits(hold.overage, beyond);
  book.balance.held = subtractCredits(book.balance.held, within);
  const { spend, entry } = book.addSpend(
    { amount, holdId: hold.id, description: null, metadata: null, idempotencyKey },
    allocations,
  );
  return { hold, spend, entry };
}

/**
 * What goes beyond a hold is taken as a spend is, of no credits that have lapsed: those that stand on are for the holds
 * that cover them. What is left then has all that the hold still holds.
 */
function takenBeyond(book: Book, within: Credits, beyond: Credits): Allocation[] {
  const spendable = allocate(book.openGrants({ spendable: true }), beyond);
  invariant(spendable.left === NO_CREDITS, 'what is available is covered by grants that can be spent');
  const taken = new Map(spendable.allocations.map(({ grantId, amount }) => [grantId, amount]));
  const { allocations } = allocate(without(taken, book.openGrants({ spendable: false })), within);
  for (const { grantId, amount } of allocations)
    taken.set(grantId, addCredits(taken.get(grantId) ?? NO_CREDITS, amount));
  return [...taken].map(([grantId, amount]) => ({ grantId, amount }));
}

function* without(taken: ReadonlyMap<string, Credits>, grants: Iterable<Grant>) {
  for (const { id, remaining } of grants)
    yield { id, remaining: subtractCredits(remaining, taken.get(id) ?? NO_CREDITS) };
}

/** What a capture leaves of its hold. */
export function finishCapture(book: Book, hold: Hold, isFinal: boolean): void {
  if (isFinal || (hold.usage === null && hold.captured === hold.amount)) endHold(book, hold, 'captured');
  book.touchHold(hold);
}

/** Gives back what is still held. @throws the refusals of a hold that is not active */
export function decideReleaseHold(book: Book, holdId: string): Hold {
  const hold = activeHold(book, holdId);
  requireReserved(book, hold);
  endHold(book, hold, 'released');
  return hold;
}

/** Sets the deadline anew, counted from now. @throws HoldLifeExceeded and the refusals of a hold that is not active */
export function decideExtendHold(book: Book, holdId: string, expiresInSeconds: number): Hold {
  const hold = activeHold(book, holdId);
  const expiresAt = addSeconds(book.now, expiresInSeconds);
  const latest = addSeconds(hold.createdAt, MAX_HOLD_LIFE_SECONDS);
  if (expiresAt > latest) throw new HoldLifeExceeded({ holdId, latestExpiresAt: latest.toISOString() });
  hold.expiresAt = expiresAt;
  book.touchHold(hold);
  return hold;
}

/**
 * Ends a hold: what it still holds is available again, and what it has reserved is given back.
 * @throws ReadFurther, before anything is changed, where the counters of that are not known
 */
export function endHold(book: Book, hold: Hold, status: 'captured' | 'released' | 'expired', endedAt = book.now): void {
  giveBackOf(book, hold);
  book.balance.held = subtractCredits(book.balance.held, subtractCredits(hold.amount, hold.captured));
  hold.status = status;
  hold.endedAt = endedAt;
  book.touchHold(hold);
  if (status === 'expired') book.events.push({ type: 'hold.expired', at: endedAt, hold });
}

/** @throws HoldNotFound, and the refusals of a hold that is not active */
export function activeHold(book: Book, holdId: string): Hold {
  const hold = book.hold(holdId);
  if (hold === undefined) throw new HoldNotFound({ accountId: book.accountId, holdId });
  const facts = { holdId, capturedCredits: addCredits(hold.captured, hold.overage) };
  switch (hold.status) {
    case 'active':
      return hold;
    case 'captured':
      throw new HoldAlreadyCaptured(facts);
    case 'released':
      throw new HoldAlreadyReleased(facts);
    case 'expired':
      throw new HoldAlreadyExpired(facts);
  }
}
