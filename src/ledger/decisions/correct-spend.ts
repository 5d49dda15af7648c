import { addCredits, type Credits, maxCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { spentLines } from '../../rating/pricing/give-back.js';
import { priceLines } from '../../rating/pricing/price-lines.js';
import type { Book } from '../book/book.js';
import { allocate } from '../book/burn-down.js';
import type { Allocation, Entry, NewSpend, Spend } from '../book/model.js';
import type { SpendUsage, UndoneLines } from '../usage/kept-lines.js';
import { SpendAlreadyCorrected, SpendAlreadyReversed, SpendOfAmount } from '../usage/lines.problems.js';
import { endReversal, placesLeft, postReversal, spendToReverse, undoLines } from './reverse-spend.js';
import type { UsageToPrice } from './spend-usage.js';

export interface CorrectSpendRequest extends Pick<Spend, 'idempotencyKey' | 'description' | 'metadata'> {
  readonly reason: string;
  readonly actor: string | null;
}

/** A spend that was made in place of another, and the entries of both steps. */
export interface Correction {
  readonly corrected: Spend;
  readonly reversal: Entry;
  readonly undone: UndoneLines;
  readonly spend: NewSpend;
  readonly entry: Entry;
  readonly usage: SpendUsage;
}

/**
 * Undoes what is left of a spend by lines, and makes a new one in its place, of other lines of the same time: two
 * entries, one behind the other. The new one first takes what the other gave back, though its time may be over, then
 * whatever remains; for the rest the account goes into debt. Only what can't be priced is refused.
 * @throws SpendNotFound, SpendOfAmount, SpendAlreadyCorrected, SpendAlreadyReversed, UsageNotPriced, PriceOutOfRange,
 * BalanceOutOfRange, and ReadFurther, all of them before anything is changed
 */
export function decideCorrectSpend(
  book: Book,
  spendId: string,
  { lines, cards, counters, usedAt }: Omit<UsageToPrice, 'month'>,
  { reason, actor, ...said }: CorrectSpendRequest,
): Correction {
  const corrected = spendToReverse(book, spendId);
  const { usage } = corrected;
  if (usage === undefined) throw new SpendOfAmount({ spendId });
  if (usage.correctedBy !== undefined) throw new SpendAlreadyCorrected({ spendId, correctedBy: usage.correctedBy });
  const places = placesLeft(usage);
  if (places.length === 0) throw new SpendAlreadyReversed({ spendId });

  const undoing = undoLines(book, usage, places, { counters, usedAt });
  const { credits: amount, lines: priced, position } = priceLines(lines, cards, undoing.undone.position);
  book.assertFits(undoing.amount);
  book.assertFits(subtractCredits(undoing.amount, amount));
  const more = takenBesides(book, undoing.amount, amount);

  // Counters and inclusions are moved once, by both together.
  const both = { ...undoing, undone: { ...undoing.undone, position } };
  const reversal = postReversal(book, corrected, both, { reason, actor });
  const { spend, entry } = book.addSpend(
    { ...said, amount, reason, actor, holdId: null },
    together(takenOf(reversal, amount, firstTaken(book, spendId)), more),
  );
  const made = { month: usage.month, usedAt, event: usage.event, corrects: spendId, lines: spentLines(priced) };
  spend.usage = made;
  usage.correctedBy = spend.id;
  const undone = { places, correctedBy: spend.id };
  book.usage.noteUndone(reversal, undone);
  // By now: what the new spend has left of credits whose time is over can't be spent.
  endReversal(book, corrected, reversal);
  return { corrected, reversal, undone, spend, entry, usage: made };
}

/**
 * What a spend takes besides what a reversal gives back, of which all is taken before. So grants remain as they are
 * before both, and it can be asked for before anything is changed.
 */
function takenBesides(book: Book, givenBack: Credits, amount: Credits): readonly Allocation[] {
  const inGrants = maxCredits(NO_CREDITS, subtractCredits(givenBack, book.debt));
  const missing = maxCredits(NO_CREDITS, subtractCredits(amount, inGrants));
  return allocate(book.openGrants({ spendable: false }), missing).allocations;
}

/** The grants that a spend took from, in their order. */
function firstTaken(book: Book, spendId: string): readonly string[] {
  const entry = book.entries.find(({ kind, source }) => kind === 'spend' && source.id === spendId);
  return (entry?.allocations ?? []).map(({ grantId }) => grantId);
}

/**
 * What a spend takes of what a reversal gave back: in the order in which it was taken first, and last what had been
 * debt, which came back to a grant of its own.
 */
function takenOf({ allocations }: Entry, amount: Credits, order: readonly string[]): readonly Allocation[] {
  const given = new Map(allocations.map((one) => [one.grantId, one.amount]));
  const inOrder = new Set([...order, ...given.keys()]);
  const places = [...inOrder].map((id) => ({ id, remaining: given.get(id) ?? NO_CREDITS }));
  return allocate(places, amount).allocations;
}

/** One allocation for each grant. */
function together(first: readonly Allocation[], more: readonly Allocation[]): Allocation[] {
  const byGrant = new Map<string, Credits>();
  for (const { grantId, amount } of [...first, ...more])
    byGrant.set(grantId, addCredits(byGrant.get(grantId) ?? NO_CREDITS, amount));
  return [...byGrant].map(([grantId, amount]) => ({ grantId, amount }));
}
