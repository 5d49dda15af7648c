import { type Credits, credits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { CostBasis } from '../../ledger/book/model.js';
import { spendName } from '../../ledger/history/read-history.js';
import { afterReversal, type SpendUsage, toUsage, undoneOf } from '../../ledger/usage/kept-lines.js';
import { sorted } from '../../rating/pricing/dimensions.js';
import { NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import type { FollowedEntry } from '../following/derivation.js';
import { costsLess, shareCost } from './share-cost.js';

/** The meter of what was spent by an amount: none, as a key. */
export const NO_METER = '';

/** What one line has added to what was used, or what undoing it has taken off. Both may be negative. */
export interface UsageChange {
  readonly accountId: string;
  /** When it was used. */
  readonly usedAt: Date;
  readonly meter: string;
  /** As JSON, with the names in order. */
  readonly dimensions: string;
  readonly quantity: Quantity;
  readonly credits: Credits;
  /** By currency, in minor units. */
  readonly costs: readonly CostBasis[];
}

/**
 * What an entry changes of what was used: a spend each of its lines, or its amount where it has none; a reversal what
 * it undoes of the lines of its spend, at the time of the spend. So the changes of all entries of a spend add up to
 * its amount less what was given back. Other entries change nothing.
 *
 * What a spend costs is shared out to its lines by the credits that are left of them: anew with each reversal.
 *
 * `spends` has the spends that reversals give back: see `reversedSpends`.
 */
export function usageOf(entry: FollowedEntry, spends: ReadonlyMap<string, readonly FollowedEntry[]>): UsageChange[] {
  const { kind } = entry.entry;
  if (kind === 'spend') return ofSpend(entry);
  return kind === 'spend_reversal' ? ofReversal(entry, spends.get(spendName(entry.entry)) ?? []) : [];
}

function ofSpend({ entry, lines, usage: sum, costs }: FollowedEntry): UsageChange[] {
  const { accountId, recordedAt, amount } = entry;
  if (sum !== undefined) {
    const [share = []] = shareCost(costs, [sum.credits]);
    return [{ accountId, ...sum, dimensions: dimensionsText(sum), costs: share }];
  }
  if (lines === null) return [{ accountId, usedAt: recordedAt, ...WITHOUT_LINES, credits: credits(-amount), costs }];
  const usage = toUsage(lines);
  const shares = shareCost(
    costs,
    usage.lines.map(({ line }) => line.credits),
  );
  return usage.lines.map(({ line }, place) => ({
    accountId,
    usedAt: usage.usedAt ?? recordedAt,
    meter: line.meter,
    dimensions: dimensionsText(line),
    quantity: line.quantity,
    credits: line.credits,
    costs: shares[place] ?? [],
  }));
}

/** What was spent by an amount, or given back of it: nothing of it was counted. */
const WITHOUT_LINES = { meter: NO_METER, dimensions: '{}', quantity: NO_QUANTITY };

function ofReversal({ entry, lines, costs }: FollowedEntry, ofSpend: readonly FollowedEntry[]): UsageChange[] {
  const { accountId } = entry;
  const earlier = ofSpend.filter((one) => one.entry.seq < entry.seq);
  const spend = earlier.find(({ entry: { kind } }) => kind === 'spend');
  // Without its spend the books are damaged, and where it belongs cannot be known.
  const spentAt = spend?.entry.recordedAt ?? entry.recordedAt;
  if (spend === undefined || spend.lines === null)
    return [{ accountId, usedAt: spentAt, ...WITHOUT_LINES, credits: credits(-entry.amount), costs }];
  const before = usageBefore(toUsage(spend.lines), earlier);
  const after = afterReversal(before, { amount: entry.amount, undone: undoneOf(lines) });
  const costsBefore = costsLess(earlier.flatMap((one) => one.costs));
  const sharesBefore = shareCost(costsBefore, leftOf(before));
  const sharesAfter = shareCost(costsLess([...costsBefore, ...costs]), leftOf(after));
  return before.lines.flatMap(({ line, leftCredits, isUndone }, place) => {
    const left = after.lines[place];
    const isUndoneNow = !isUndone && left?.isUndone === true;
    const given = subtractCredits(leftCredits, left?.leftCredits ?? NO_CREDITS);
    const shift = costsLess(sharesAfter[place] ?? [], sharesBefore[place]);
    if (!isUndoneNow && given === NO_CREDITS && shift.length === 0) return [];
    return {
      accountId,
      usedAt: before.usedAt ?? spentAt,
      meter: line.meter,
      dimensions: dimensionsText(line),
      quantity: (isUndoneNow ? -line.quantity : NO_QUANTITY) as Quantity,
      credits: credits(-given),
      costs: shift,
    };
  });
}

function leftOf({ lines }: SpendUsage): Credits[] {
  return lines.map(({ leftCredits }) => leftCredits);
}

/** The lines of a spend after the reversals among entries that came before. */
function usageBefore(usage: SpendUsage, earlier: readonly FollowedEntry[]): SpendUsage {
  return earlier
    .filter(({ entry }) => entry.kind === 'spend_reversal')
    .reduce((left, { entry, lines }) => afterReversal(left, { amount: entry.amount, undone: undoneOf(lines) }), usage);
}

function dimensionsText({ dimensions }: { dimensions: Readonly<Record<string, string>> }): string {
  return JSON.stringify(sorted(dimensions));
}
