import { type Credits, credits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { CostBasis, Entry } from '../../ledger/book/model.js';
import { type RecordedEntry, spendName } from '../../ledger/history/read-history.js';
import { afterReversal, type SpendUsage, toUsage, undoneOf } from '../../ledger/usage/kept-lines.js';
import { sorted } from '../../rating/pricing/dimensions.js';
import { NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import type { FollowedEntry } from '../following/derivation.js';
import { shareCost } from './share-cost.js';

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

type WithoutCosts = Omit<UsageChange, 'costs'>;

/**
 * What an entry changes of what was used: a spend each of its lines, or its amount where it has none; a reversal what
 * it undoes of the lines of its spend, at the time of the spend. So the changes of all entries of a spend add up to
 * its amount less what was given back. Other entries change nothing.
 *
 * `spends` has the spends that reversals give back: see `readReversedSpends`.
 */
export function usageOf(
  { entry, lines, costs }: FollowedEntry,
  spends: ReadonlyMap<string, readonly RecordedEntry[]>,
): UsageChange[] {
  const changes = changesBy(entry, lines, spends);
  const shares = shareCost(
    costs,
    changes.map((change) => change.credits),
  );
  return changes.map((change, place) => ({ ...change, costs: shares[place] ?? [] }));
}

function changesBy(
  entry: Entry,
  lines: string | null,
  spends: ReadonlyMap<string, readonly RecordedEntry[]>,
): WithoutCosts[] {
  if (entry.kind === 'spend') return ofSpend(entry, lines);
  return entry.kind === 'spend_reversal' ? ofReversal(entry, lines, spends.get(spendName(entry)) ?? []) : [];
}

function ofSpend(entry: Entry, lines: string | null): WithoutCosts[] {
  const { accountId, recordedAt, amount } = entry;
  if (lines === null) return [{ accountId, usedAt: recordedAt, ...WITHOUT_LINES, credits: credits(-amount) }];
  const usage = toUsage(lines);
  return usage.lines.map(({ line }) => ({
    accountId,
    usedAt: usage.usedAt ?? recordedAt,
    meter: line.meter,
    dimensions: dimensionsText(line),
    quantity: line.quantity,
    credits: line.credits,
  }));
}

/** What was spent by an amount, or given back of it: nothing of it was counted. */
const WITHOUT_LINES = { meter: NO_METER, dimensions: '{}', quantity: NO_QUANTITY };

function ofReversal(entry: Entry, lines: string | null, ofSpend: readonly RecordedEntry[]): WithoutCosts[] {
  const spend = ofSpend.find(({ entry: { kind } }) => kind === 'spend');
  const { accountId } = entry;
  // Without its spend the books are damaged, and where it belongs cannot be known.
  const spentAt = spend?.entry.recordedAt ?? entry.recordedAt;
  if (spend === undefined || spend.lines === null)
    return [{ accountId, usedAt: spentAt, ...WITHOUT_LINES, credits: credits(-entry.amount) }];
  const before = usageBefore(toUsage(spend.lines), entry, ofSpend);
  const after = afterReversal(before, { amount: entry.amount, undone: undoneOf(lines) });
  return before.lines.flatMap(({ line, leftCredits, isUndone }, place) => {
    const left = after.lines[place];
    const isUndoneNow = !isUndone && left?.isUndone === true;
    const given = subtractCredits(leftCredits, left?.leftCredits ?? NO_CREDITS);
    if (!isUndoneNow && given === NO_CREDITS) return [];
    return {
      accountId,
      usedAt: before.usedAt ?? spentAt,
      meter: line.meter,
      dimensions: dimensionsText(line),
      quantity: (isUndoneNow ? -line.quantity : NO_QUANTITY) as Quantity,
      credits: credits(-given),
    };
  });
}

/** The lines of a spend after the reversals that came before this one. */
function usageBefore(usage: SpendUsage, { seq }: Entry, ofSpend: readonly RecordedEntry[]): SpendUsage {
  return ofSpend
    .filter(({ entry }) => entry.kind === 'spend_reversal' && entry.seq < seq)
    .reduce((left, { entry, lines }) => afterReversal(left, { amount: entry.amount, undone: undoneOf(lines) }), usage);
}

function dimensionsText({ dimensions }: { dimensions: Readonly<Record<string, string>> }): string {
  return JSON.stringify(sorted(dimensions));
}
