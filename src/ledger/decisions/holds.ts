import { addSeconds } from '../../kernel/clock.js';
import { addCredits, type Credits, credits, subtractCredits } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Entry, Hold, HoldKey, NewSpend } from '../book/model.js';
import {
  CaptureExceedsHold,
  HoldAlreadyCaptured,
  HoldAlreadyExpired,
  HoldAlreadyReleased,
  HoldLifeExceeded,
  HoldNotFound,
  InsufficientCredits,
} from '../ledger.problems.js';

/** The longest that a hold may live from its placing, however often it is extended. */
export const MAX_HOLD_LIFE_SECONDS = 30 * 86_400;

export interface PlaceHoldRequest {
  amount: Credits;
  expiresInSeconds: number;
  idempotencyKey: string;
  /** The key that its row is to keep; absent where the answer is stored. */
  ownKey?: HoldKey;
}

/** Puts credits aside. They count from this instant; no grants are picked. @throws InsufficientCredits */
export function decidePlaceHold(book: Book, request: PlaceHoldRequest): Hold {
  if (book.available < request.amount)
    throw new InsufficientCredits({ availableCredits: book.available, requestedCredits: request.amount });
  const { amount, expiresInSeconds, idempotencyKey, ownKey = null } = request;
  return book.addHold(amount, addSeconds(book.now, expiresInSeconds), idempotencyKey, ownKey);
}

export interface CaptureHoldRequest {
  amount: Credits;
  /** Gives the rest of the hold back. */
  final: boolean;
  idempotencyKey: string;
}

/**
 * Spends what is held, by burn-down at this moment, lapsed credits that the hold has kept standing included. Within its
 * hold a capture always succeeds: what a refund has meanwhile taken becomes debt.
 * @throws CaptureExceedsHold and the refusals of a hold that is not active
 */
export function decideCaptureHold(
  book: Book,
  holdId: string,
  request: CaptureHoldRequest,
): { hold: Hold; spend: NewSpend; entry: Entry } {
  const hold = activeHold(book, holdId);
  const held = subtractCredits(hold.amount, hold.captured);
  if (request.amount > held) throw new CaptureExceedsHold({ heldCredits: held, requestedCredits: request.amount });

  const { allocations } = allocate(book.openGrants({ spendable: false }), request.amount);
  hold.captured = addCredits(hold.captured, request.amount);
  book.balance.held = subtractCredits(book.balance.held, request.amount);
  const { amount, idempotencyKey } = request;
  const { spend, entry } = book.addSpend(
    { amount, holdId, description: null, metadata: null, idempotencyKey },
    allocations,
  );
  if (request.final || hold.captured === hold.amount) endHold(book, hold, 'captured');
  book.touchHold(hold);
  return { hold, spend, entry };
}

/** Gives back what is still held. @throws the refusals of a hold that is not active */
export function decideReleaseHold(book: Book, holdId: string): Hold {
  const hold = activeHold(book, holdId);
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

/** Ends a hold and returns what it still holds to what is available. */
export function endHold(book: Book, hold: Hold, status: 'captured' | 'released' | 'expired', endedAt = book.now): void {
  book.balance.held = subtractCredits(book.balance.held, subtractCredits(hold.amount, hold.captured));
  hold.status = status;
  hold.endedAt = endedAt;
  book.touchHold(hold);
}

function activeHold(book: Book, holdId: string): Hold {
  const hold = book.hold(holdId);
  if (hold === undefined) throw new HoldNotFound({ accountId: book.accountId, holdId });
  const facts = { holdId, capturedCredits: credits(hold.captured) };
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
