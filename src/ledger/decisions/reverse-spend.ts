import { addCredits, type Credits, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { giveBackAmount, giveBackLines, type SpentLine } from '../../rating/pricing/give-back.js';
import type { Position } from '../../rating/pricing/position.js';
import type { Book } from '../book/book.js';
import type { Entry, Spend } from '../book/model.js';
import type { Reversed } from '../events/noted-event.js';
import { ReversalExceedsSpend, SpendNotFound } from '../ledger.problems.js';
import type { SpendUsage } from '../usage/kept-lines.js';
import { type CounterName, countersOf } from '../usage/known-counters.js';
import { LineAlreadyReversed, LineNotFound } from '../usage/lines.problems.js';
import { expireLapsed } from './bring-up-to-date.js';
import { placeGivenBack } from './give-back.js';

export interface ReverseSpendRequest {
  amount?: Credits;
  /** The places of lines, from 0. All that is left of the spend where neither these nor an amount are given. */
  lines?: readonly number[];
  reason: string;
  actor: string | null;
}

/** What a reversal gives back, and what becomes of the lines of the spend and of the counters that they are in. */
export interface Reversal {
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
export function decideReverseSpend(book: Book, spendId: string, request: ReverseSpendRequest): Reversed {
  const spend = spendToReverse(book, spendId);
  const reversal = reversalOf(book, spend, request);
  book.assertFits(reversal.amount);
  return endReversal(book, spend, postReversal(book, spend, reversal, request));
}

/** What came back to a grant whose time is over lapses, and then it is noted how the account stands. */
export function endReversal(book: Book, spend: Spend, entry: Entry): Reversed {
  expireLapsed(book);
  const { balance, available } = book;
  const reversed = { spendId: spend.id, entry, reversed: spend.reversed, balance: balance.balance, available };
  book.events.push({ type: 'spend.reversed', at: entry.recordedAt, reversed });
  return reversed;
}

/** @throws SpendNotFound */
export function spendToReverse(book: Book, spendId: string): Spend {
  const spend = book.spend(spendId);
  if (spend === undefined) throw new SpendNotFound({ accountId: book.accountId, spendId });
  return spend;
}

/** Posts a reversal that was decided. Refuses nothing. */
export function postReversal(
  book: Book,
  spend: Spend,
  reversal: Reversal,
  { reason, actor }: Pick<ReverseSpendRequest, 'reason' | 'actor'>,
): Entry {
  const { amount } = reversal;
  const entries = book.entries.filter(({ source }) => source.type === 'spend' && source.id === spend.id);
  invariant(
    entries.some(({ kind }) => kind === 'spend'),
    'the entry of a spend is read with it',
  );
  const source = { type: 'spend', id: spend.id };
  const entry = book.credit({ kind: 'spend_reversal', amount, source, reason, actor }, (rest, debtRepaid) =>
    placeGivenBack(book, entries, { rest, debtRepaid }),
  );
  spend.reversed = addCredits(spend.reversed, amount);
  book.touchSpend(spend);
  if (spend.usage !== undefined && reversal.lines !== undefined) moveLines(book, spend.usage, entry, reversal);
  return entry;
}

function reversalOf(book: Book, { id, amount: spent, reversed, usage }: Spend, request: ReverseSpendRequest): Reversal {
  const { amount, lines } = request;
  const reversible = subtractCredits(spent, reversed);
  const isOfLines = lines !== undefined || (amount === undefined && placesLeft(usage).length > 0);
  if (isOfLines) return ofLines(book, id, usage, lines);
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
  const places = named ?? placesLeft(usage);
  for (const place of places) {
    const line = usage?.lines[place];
    if (line === undefined) throw new LineNotFound({ spendId, line: place });
    if (line.isUndone) throw new LineAlreadyReversed({ spendId, line: place });
  }
  return undoLines(book, usage ?? { month: '', lines: [] }, places);
}

/** The places of the lines of a spend that are not undone yet. */
export function placesLeft(usage: SpendUsage | undefined): number[] {
  return (usage?.lines ?? []).flatMap(({ isUndone }, place) => (isUndone ? [] : [place]));
}

/**
 * What it is to undo lines that are not undone yet. `more` is what whoever goes on from its position needs besides what
 * the lines have moved. @throws ReadFurther where a counter or an inclusion is not known
 */
export function undoLines(
  book: Book,
  { month, lines }: SpendUsage,
  places: readonly number[],
  more?: { readonly counters: readonly CounterName[]; readonly usedAt: Date },
): Reversal & Required<Pick<Reversal, 'undone'>> {
  const own = countersOf(
    month,
    places.flatMap((place) => lines[place]?.line ?? []),
  );
  const keys = new Set(own.map(({ key }) => key));
  const counters = [...own, ...(more?.counters ?? []).filter(({ key }) => !keys.has(key))];
  const named = places.flatMap((place) => lines[place]?.line.included.map(({ inclusion }) => inclusion) ?? []);
  const position = book.usage.position({ counters, named, usedAt: more?.usedAt });
  const back = giveBackLines(lines, new Set(places), position);
  return { amount: back.credits, lines: back.lines, undone: { places, counters, position: back.position } };
}

function moveLines(book: Book, usage: SpendUsage, entry: Entry, { lines, undone }: Reversal): void {
  if (lines !== undefined) usage.lines = lines;
  if (undone === undefined) return;
  book.usage.noteUndone(entry, { places: undone.places });
  book.usage.move(undone.counters, undone.position);
}
