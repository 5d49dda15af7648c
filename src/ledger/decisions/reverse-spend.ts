import { addCredits, type Credits, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { giveBackAmount, giveBackLines, type SpentLine } from '../../rating/pricing/give-back.js';
import type { Position } from '../../rating/pricing/position.js';
import type { Book } from '../book/book.js';
import type { Entry, Spend } from '../book/model.js';
import { ReversalExceedsSpend, SpendNotFound } from '../ledger.problems.js';
import type { SpendUsage } from '../usage/kept-lines.js';
import { type CounterName, countersOf } from '../usage/known-counters.js';
import { LineAlreadyReversed, LineNotFound } from '../usage/lines.problems.js';
import { placeGivenBack } from './give-back.js';

export interface ReverseSpendRequest {
  amount?: Credits;
  /** The places of lines, from 0. All that is left of the spend where neither these nor an amount are given. */
  lines?: readonly number[];
  reason: string;
  actor: string | null;
}

/** What a reversal gives back, and what becomes of the lines of the spend and of the counters that they are in. */
interface Reversal {
  readonly amount: Credits;
  readonly lines?: readonly SpentLine[];
  readonly undone?: {
    readonly places: readonly number[];
    readonly counters: readonly CounterName[];
    readonly position: Position;
  };
}

/**
 * Gives a spend back, whole or in part: debt is repaid first, the rest returns to the grants it came from, latest taken
 * first, even past their expiry; then it lapses again, visibly. Of a spend by lines, those that are named are undone,
 * all for the whole of it; an amount undoes none.
 * @throws SpendNotFound, ReversalExceedsSpend, LineNotFound, LineAlreadyReversed
 */
export function decideReverseSpend(
  book: Book,
  spendId: string,
  request: ReverseSpendRequest,
): { spend: Spend; entry: Entry } {
  const spend = book.spend(spendId);
  if (spend === undefined) throw new SpendNotFound({ accountId: book.accountId, spendId });
  const reversal = reversalOf(book, spend, request);
  const { amount } = reversal;
  book.assertFits(amount);

  const entries = book.entries.filter(({ source }) => source.type === 'spend' && source.id === spendId);
  invariant(
    entries.some(({ kind }) => kind === 'spend'),
    'the entry of a spend is read with it',
  );
  const { reason, actor } = request;
  const source = { type: 'spend', id: spendId };
  const entry = book.credit({ kind: 'spend_reversal', amount, source, reason, actor }, (rest, debtRepaid) =>
    placeGivenBack(book, entries, { rest, debtRepaid }),
  );
  spend.reversed = addCredits(spend.reversed, amount);
  book.touchSpend(spend);
  if (spend.usage !== undefined && reversal.lines !== undefined) moveLines(book, spend.usage, entry, reversal);
  return { spend, entry };
}

function reversalOf(book: Book, { id, amount: spent, reversed, usage }: Spend, request: ReverseSpendRequest): Reversal {
  const { amount, lines } = request;
  const reversible = subtractCredits(spent, reversed);
  const isOfLines = lines !== undefined || (amount === undefined && usage?.lines.some(({ isUndone }) => !isUndone));
  if (isOfLines === true) return ofLines(book, id, usage, lines);
  const given = amount ?? reversible;
  if (given > reversible || reversible === 0n)
    throw new ReversalExceedsSpend({ reversibleCredits: reversible, requestedCredits: given });
  return usage === undefined ? { amount: given } : { amount: given, lines: giveBackAmount(usage.lines, given) };
}

/** Undoes lines: those that are named, or all that are not undone yet. */
function ofLines(
  book: Book,
  spendId: string,
  usage: SpendUsage | undefined,
  named: readonly number[] | undefined,
): Reversal {
  const spent = usage?.lines ?? [];
  const places = named ?? [...spent.keys()].filter((place) => spent[place]?.isUndone === false);
  for (const place of places) {
    const line = spent[place];
    if (line === undefined) throw new LineNotFound({ spendId, line: place });
    if (line.isUndone) throw new LineAlreadyReversed({ spendId, line: place });
  }
  const counters = countersOf(
    usage?.month ?? '',
    places.flatMap((place) => spent[place]?.line ?? []),
  );
  const back = giveBackLines(spent, new Set(places), book.usage.counters.position(counters));
  return { amount: back.credits, lines: back.lines, undone: { places, counters, position: back.position } };
}

function moveLines(book: Book, usage: SpendUsage, entry: Entry, { lines, undone }: Reversal): void {
  if (lines !== undefined) usage.lines = lines;
  if (undone === undefined) return;
  book.usage.noteUndone(entry, undone.places);
  book.usage.counters.move(undone.counters, undone.position);
}
