import { ENTRIES_PER_RUN, type EntryFacts } from '../history/read-runs.js';
import type { LotChange, LotFigures } from './follow-lots.js';
import type { Lot } from './lot.js';

/** What the spent credits of a lot are worth by, as it stood after an entry. */
export interface Checkpoint extends Pick<Lot, 'basisMinor'> {
  readonly seq: bigint;
  readonly amount: bigint;
  readonly spent: bigint;
}

/**
 * What has to be kept of a lot that an entry has changed, so that what each spend has cost can be told from the
 * checkpoint before it and the spends and reversals between, of which there are never more than `ENTRIES_PER_RUN`.
 */
export function checkpointsFor(entry: EntryFacts, { lot, before, after }: LotChange): Checkpoint[] {
  const kept: Checkpoint[] = [];
  const { checkpointSeq } = lot;
  const first = entry.firstSeq ?? entry.seq;
  const moved = spentBy(entry, lot.grantId);
  if (checkpointSeq !== null && moved !== 0n && entry.seq - checkpointSeq > ENTRIES_PER_RUN)
    kept.push({ seq: first - 1n, ...worthOf(before) });
  const [was, is] = [worthOf(before), worthOf(after)];
  const isToldByEntry = was.amount === is.amount && was.basisMinor === is.basisMinor && was.spent + moved === is.spent;
  if (checkpointSeq === null || !isToldByEntry) kept.push({ seq: entry.seq, ...is });
  return kept;
}

/** What a spend has added to what was spent of a lot, or a reversal has taken off, which is negative. */
export function spentBy({ kind, allocations }: Pick<EntryFacts, 'kind' | 'allocations'>, grantId: string): bigint {
  if (kind !== 'spend' && kind !== 'spend_reversal') return 0n;
  const sum = allocations.reduce((all, one) => (one.grantId === grantId ? all + one.amount : all), 0n);
  return kind === 'spend' ? sum : -sum;
}

/** What of the figures of a lot a checkpoint keeps. */
export function worthOf({ basisMinor, spent, lapsed, taken, left }: LotFigures): Omit<Checkpoint, 'seq'> {
  return { amount: spent + lapsed + taken + left, basisMinor, spent };
}
