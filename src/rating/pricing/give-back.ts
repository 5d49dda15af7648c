import { addCredits, type Credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { counterKeyOf } from './dimensions.js';
import { type Position, remainderOf, returnIncluded, sumOfParts, usedOf, withRemainder, withUsed } from './position.js';
import type { PricedLine } from './price-lines.js';
import { subtractQuantity } from './quantity.js';
import { add, subtract, whole } from './ratio.js';

/** A line of a spend, and what of it can still be given back. */
export interface SpentLine {
  readonly line: PricedLine;
  readonly leftCredits: Credits;
  /** Whether its usage was undone: that happens once. */
  readonly isUndone: boolean;
}

/** The lines of a spend of which nothing was given back yet. */
export function spentLines(lines: readonly PricedLine[]): SpentLine[] {
  return lines.map((line) => ({ line, leftCredits: line.credits, isUndone: false }));
}

/**
 * Gives an amount back, of the last line first. Credits alone: what was used stays used, and no counter and no
 * remainder moves. The amount is at most what is left of all lines.
 */
export function giveBackAmount(lines: readonly SpentLine[], amount: Credits): SpentLine[] {
  let rest = amount;
  const left = lines.toReversed().map((spent) => {
    const given = minCredits(rest, spent.leftCredits);
    rest = subtractCredits(rest, given);
    return { ...spent, leftCredits: subtractCredits(spent.leftCredits, given) };
  });
  invariant(rest === NO_CREDITS, 'no more is given back than is left of the lines');
  return left.toReversed();
}

/** The lines once those at these places are undone. Whoever undid them has moved what they had moved. */
export function markUndone(lines: readonly SpentLine[], places: ReadonlySet<number>): SpentLine[] {
  return lines.map((spent, place) =>
    places.has(place) ? { ...spent, leftCredits: NO_CREDITS, isUndone: true } : spent,
  );
}

/**
 * Undoes the lines at these places, all that are left for a full reversal, and gives back what is left of them: as if
 * they had never been, wherever other lines of the account came before or after. The position is that of the month in
 * which they were used, with the inclusions that have not lapsed.
 *
 * What an earlier reversal by amount gave back counts as charged for the remainder: it was a gift, and would else be
 * given a second time by the lines that follow.
 */
export function giveBackLines(
  lines: readonly SpentLine[],
  places: ReadonlySet<number>,
  position: Position,
): { lines: SpentLine[]; credits: Credits; position: Position } {
  let [given, standing] = [NO_CREDITS, position];
  for (const [place, { line, leftCredits, isUndone }] of lines.entries()) {
    if (!places.has(place) || isUndone) continue;
    given = addCredits(given, leftCredits);
    standing = undo(line, standing);
  }
  return { lines: markUndone(lines, places), credits: given, position: standing };
}

/** The inverse of pricing: takes off counter and remainder exactly what the line put there. */
function undo({ meter, match, quantity, included, rounding, price, credits }: PricedLine, before: Position): Position {
  const key = counterKeyOf(meter, match);
  const position = returnIncluded(before, included);
  const charged = subtractQuantity(quantity, sumOfParts(included));
  const counted = withUsed(position, key, subtractQuantity(usedOf(position, key), charged));
  if (rounding === 'up') return counted;
  return withRemainder(counted, key, add(subtract(remainderOf(counted, key), price), whole(credits)));
}
