import { spentLines } from '../../rating/pricing/give-back.js';
import { priceLines, type RateCard, type UsageLine } from '../../rating/pricing/price-lines.js';
import type { Book } from '../book/book.js';
import type { Entry, NewSpend } from '../book/model.js';
import type { SpendUsage, SpentEvent } from '../usage/kept-lines.js';
import { type CounterName, countersUnder, type Month } from '../usage/known-counters.js';
import { decideSpend, type SpendRequest } from './spend.js';

/** What was used, when, and what it costs by the cards in force at the time. */
export interface PricedBy {
  readonly usedAt: Date;
  /** That of `usedAt`. */
  readonly month: Month;
  readonly lines: readonly UsageLine[];
  /** By the key of their meters. */
  readonly cards: ReadonlyMap<string, RateCard>;
}

/** The same with the counters that pricing looks at and moves: see `countersFor`. */
export interface UsageToPrice extends PricedBy {
  readonly counters: readonly CounterName[];
}

/** By which counters are told. */
interface CountedBy extends Pick<PricedBy, 'month' | 'cards'> {
  readonly lines: readonly Pick<UsageLine, 'meter' | 'dimensions'>[];
}

/** The counters that pricing looks at and moves. What has no price moves none: it is refused. */
export function countersFor({ month, lines, cards }: CountedBy): readonly CounterName[] {
  const keys: string[] = [];
  for (const { meter, dimensions } of lines) {
    const prices = cards.get(meter)?.prices;
    const price = prices?.find(dimensions);
    if (prices !== undefined && price !== undefined) keys.push(prices.keyOf(meter, price));
  }
  return countersUnder(month, keys);
}

/**
 * Prices lines from where the account stands, takes what they cost, which may be nothing, and what of them is
 * included, and moves its counters: all of that or nothing.
 * @throws UsageNotPriced, PriceOutOfRange, InsufficientCredits, and ReadFurther where a counter or an inclusion is not
 * known
 */
export function decideSpendUsage(
  book: Book,
  by: UsageToPrice & { readonly event?: SpentEvent },
  request: Omit<SpendRequest, 'amount'>,
): { spend: NewSpend; entry: Entry; usage: SpendUsage } {
  const { month, lines, cards, counters, usedAt, event } = by;
  const priced = priceLines(lines, cards, book.usage.position({ counters, usedAt }));
  const { spend, entry } = decideSpend(book, { ...request, amount: priced.credits });
  // Any other was used when it is recorded.
  const time = event === undefined ? undefined : usedAt;
  const usage = { month, usedAt: time, event, lines: spentLines(priced.lines) };
  spend.usage = usage;
  book.usage.move(counters, priced.position);
  return { spend, entry, usage };
}
