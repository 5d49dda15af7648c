import { spentLines } from '../../rating/pricing/give-back.js';
import { priceLines } from '../../rating/pricing/price-lines.js';
import { NOTHING_RESERVED, priceCapture, reserve } from '../../rating/pricing/reserve.js';
import type { Book } from '../book/book.js';
import type { Hold } from '../book/model.js';
import { countersOfHold, inclusionsOfHold } from '../usage/holds/hold-usage.js';
import type { CounterName } from '../usage/known-counters.js';
import {
  activeHold,
  type CapturedHold,
  type CaptureHoldRequest,
  decidePlaceHold,
  finishCapture,
  type PlaceHoldRequest,
  takeHeld,
} from './holds.js';
import type { UsageToPrice } from './spend-usage.js';

/**
 * Puts aside what lines are expected to cost, which may be nothing, and reserves what they were priced by: whatever is
 * used until the hold ends is priced as if it had been used already.
 * @throws UsageNotPriced, PriceOutOfRange, InsufficientCredits, and ReadFurther where a counter is not known
 */
export function decideHoldLines(
  book: Book,
  { usedAt, month, lines, cards, counters }: UsageToPrice,
  request: Omit<PlaceHoldRequest, 'amount' | 'usage'>,
): Hold {
  const before = book.usage.position({ counters, usedAt });
  const priced = priceLines(lines, cards, before);
  const { reserved, position } = reserve(priced, before);
  const usage = { month, lines: priced.lines, reserved };
  const hold = decidePlaceHold(book, { ...request, amount: priced.credits, usage });
  book.usage.move(counters, position);
  return hold;
}

/**
 * Spends what lines cost of a hold: from what it has reserved, and beyond that as for a spend of this moment. They were
 * used when the hold was placed: that decides the prices of their lines, and where they are reported.
 * @throws UsageNotPriced, PriceOutOfRange, ReadFurther where a counter is not known, CaptureExceedsHold or
 *   InsufficientCredits beyond the hold, and the refusals of a hold that is not active
 */
export function decideCaptureLines(
  book: Book,
  holdId: string,
  { usedAt, month, lines, cards, counters }: UsageToPrice,
  request: Omit<CaptureHoldRequest, 'amount'>,
): CapturedHold {
  const hold = activeHold(book, holdId);
  const moved = together(counters, countersOfHold(hold.usage));
  const before = book.usage.position({ counters: moved, usedAt, named: inclusionsOfHold(hold.usage) });
  const priced = priceCapture(lines, cards, before, hold.usage?.reserved ?? NOTHING_RESERVED);
  const captured = takeHeld(book, hold, { ...request, amount: priced.credits });
  captured.spend.usage = { month, usedAt, lines: spentLines(priced.lines) };
  book.usage.move(moved, priced.position);
  if (hold.usage !== null) hold.usage.reserved = priced.reserved;
  finishCapture(book, hold, request.final);
  return captured;
}

/** All of one month. */
function together(some: readonly CounterName[], others: readonly CounterName[]): CounterName[] {
  return [...some, ...others.filter(({ key }) => !some.some((one) => one.key === key))];
}
