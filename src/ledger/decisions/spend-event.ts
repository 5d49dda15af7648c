import { addDays, addSeconds } from '../../kernel/clock.js';
import type { Credits } from '../../kernel/credits.js';
import { MeterNotFound } from '../../rating/rating.problems.js';
import type { Book } from '../book/book.js';
import type { Entry, NewSpend } from '../book/model.js';
import { EventInFuture, EventTooOld } from '../usage/events.problems.js';
import type { SpendUsage, SpentEvent } from '../usage/kept-lines.js';
import type { SpendRequest } from './spend.js';
import { decideSpendUsage, type UsageToPrice } from './spend-usage.js';

/** How far ahead of the clock of this machine that of another may be. */
const MAX_AHEAD_SECONDS = 300;

/** What is decided of an event besides what its lines cost. */
export interface EventTerms {
  /** How many days late it may be told. */
  readonly lateDays: number;
  /** A meter of its lines that is not there. */
  readonly missingMeter: string | undefined;
  /** How far below 0 it may take what is available; undefined where it must be paid. */
  readonly maxDebt: Credits | undefined;
}

/**
 * Takes what an event costs by the cards of its own time, as a spend by lines does. It may be late, and go into debt
 * where its meters say so.
 * @throws EventTooOld, EventInFuture, MeterNotFound, and what a spend by lines is refused with
 */
export function decideSpendEvent(
  book: Book,
  by: UsageToPrice & { readonly event: SpentEvent },
  { lateDays, missingMeter, maxDebt }: EventTerms,
  request: Omit<SpendRequest, 'amount' | 'maxDebt'>,
): { spend: NewSpend; entry: Entry; usage: SpendUsage } {
  const { usedAt } = by;
  const [earliest, latest] = [addDays(book.now, -lateDays), addSeconds(book.now, MAX_AHEAD_SECONDS)];
  if (usedAt < earliest) throw new EventTooOld({ time: usedAt.toISOString(), earliestTime: earliest.toISOString() });
  if (usedAt > latest) throw new EventInFuture({ time: usedAt.toISOString(), latestTime: latest.toISOString() });
  if (missingMeter !== undefined) throw new MeterNotFound({ meter: missingMeter });
  return decideSpendUsage(book, by, { ...request, maxDebt });
}
